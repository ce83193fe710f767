// What a run or one of its tasks may spend: what it spent and on what, and the limits.

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useId, useState } from "react";
import type { Budget, Tally } from "@/bindings/bindings";
import { api, describeError } from "@/host";
import { formatCount } from "@/shared/lib/format";
import { spentWords } from "@/shared/lib/money";
import { Button } from "@/shared/ui/Button";
import { Dialog } from "@/shared/ui/Dialog";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";
import { FieldGroup } from "@/shared/ui/FieldGroup";
import { TextField } from "@/shared/ui/TextField";
import type { Task } from "@/stores";
import {
  type BudgetDraft,
  budgetDraft,
  budgetProblem,
  PARTS,
  PARTS_OF_ONE,
  type Part,
  readBudget,
  sameBudget,
} from "./budgetForm";
import { dearest } from "./spentOn";

interface Props {
  workflowId: number;
  /** The task whose budget it is; null for the workflow's. */
  task: Task | null;
  spent: Tally;
  budget: Budget | null;
  /** What it may have been spent on. */
  tasks: readonly Task[];
  /** Whether a task waits because there was no room. */
  asked: boolean;
  onClose: () => void;
}

const LABELS: Record<Part, string> = {
  money: "US dollars",
  tokens: "Tokens",
  seconds: "Seconds at work",
  steps: "Tasks that may begin",
  fan_out: "Items of one task",
  depth: "Workflows inside workflows",
};

function SpentOn({ spent, tasks }: { spent: Tally; tasks: readonly Task[] }) {
  const rows = dearest(tasks);
  if (rows.length === 0) return <p className="text-ink-2">Nothing is spent yet.</p>;
  return (
    <table className="tabular w-full">
      <caption className="sr-only">What was spent on what</caption>
      <thead className="text-left text-note text-ink-3">
        <tr>
          <th className="pb-1 font-normal">Spent on</th>
          <th className="pb-1 pl-4 text-right font-normal">Tokens</th>
          <th className="pb-1 pl-4 text-right font-normal">Cost</th>
        </tr>
      </thead>
      <tbody className="text-ink-2">
        {rows.map((task) => (
          <tr key={task.id}>
            <td className="py-0.5 break-words text-ink">{task.title}</td>
            <td className="py-0.5 pl-4 text-right">{formatCount(task.spent.tokens)}</td>
            <td className="py-0.5 pl-4 text-right">{spentWords(task.spent)}</td>
          </tr>
        ))}
      </tbody>
      <tfoot className="font-medium text-ink">
        <tr>
          <td className="pt-1.5">All together</td>
          <td className="pt-1.5 pl-4 text-right">{formatCount(spent.tokens)}</td>
          <td className="pt-1.5 pl-4 text-right">{spentWords(spent)}</td>
        </tr>
      </tfoot>
    </table>
  );
}

interface FieldsProps {
  draft: BudgetDraft;
  parts: readonly Part[];
  onChange: (draft: BudgetDraft) => void;
}

function Fields({ draft, parts, onChange }: FieldsProps) {
  return (
    <FieldGroup
      legend="May use"
      note="What is used already counts. Waiting for you and pauses are no time at work."
      look="title"
      layout="grid grid-cols-[repeat(auto-fit,minmax(140px,1fr))] gap-3 pt-0.5"
    >
      {parts.map((part) => (
        <TextField
          key={part}
          label={LABELS[part]}
          inputMode={part === "money" ? "decimal" : "numeric"}
          placeholder="No limit"
          value={draft[part]}
          error={budgetProblem(part, draft[part])}
          onChange={(event) => onChange({ ...draft, [part]: event.target.value })}
        />
      ))}
    </FieldGroup>
  );
}

function useChange({ workflowId, task, onClose }: Pick<Props, "workflowId" | "task" | "onClose">) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (wanted: Budget) => api.changeBudget(workflowId, task?.id ?? null, wanted),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: ["workflow", workflowId] });
      onClose();
    },
  });
}

/** The dialog. */
export function BudgetDialog(props: Props) {
  const { task, spent, budget, tasks, asked, onClose } = props;
  const form = useId();
  const [draft, setDraft] = useState(() => budgetDraft(budget));
  const save = useChange(props);
  const wanted = readBudget(draft);
  const inside = task === null ? tasks : tasks.filter((each) => each.container === task.key);
  const single = task !== null && inside.length === 0;
  // What is limited already is shown, wherever it came from.
  const shown = single
    ? PARTS.filter((part) => PARTS_OF_ONE.includes(part) || (budget?.[part] ?? null) !== null)
    : PARTS;
  return (
    <Dialog
      open
      wide
      onClose={onClose}
      title={task === null ? "Budget of this workflow" : `Budget of “${task.title}”`}
      description="Before each model call, what it may cost is set aside. Where there is no room for it, the task waits and asks you."
      actions={
        <>
          <Button
            type="submit"
            form={form}
            variant="primary"
            disabled={wanted === null || sameBudget(draft, budget)}
            busy={save.isPending}
          >
            Change the budget
          </Button>
          <Button onClick={onClose}>Not now</Button>
        </>
      }
    >
      <form
        id={form}
        noValidate
        className="flex flex-col gap-5"
        onSubmit={(event) => {
          event.preventDefault();
          if (wanted !== null && !sameBudget(draft, budget)) save.mutate(wanted);
        }}
      >
        <SpentOn spent={spent} tasks={single ? [task] : inside} />
        <Fields draft={draft} parts={shown} onChange={setDraft} />
        {asked ? (
          <p className="text-ink-2">
            A task waits for an answer about its budget. After the change, let it try again there.
          </p>
        ) : null}
        {save.error === null ? null : (
          <ErrorNotice title="The budget was not changed." {...describeError(save.error)} />
        )}
      </form>
    </Dialog>
  );
}
