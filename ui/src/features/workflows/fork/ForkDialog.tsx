// A new run from a finished task: what is changed there, and what follows from it before it begins.

import { useId } from "react";
import type { ForkPlanView, TaskDetail } from "@/bindings/bindings";
import { describeError } from "@/host";
import { formatCount } from "@/shared/lib/format";
import { Button } from "@/shared/ui/Button";
import { Dialog } from "@/shared/ui/Dialog";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";
import { FieldFrame } from "@/shared/ui/FieldFrame";
import { Select } from "@/shared/ui/Select";
import { Skeleton } from "@/shared/ui/Skeleton";
import type { Task, Workflow } from "@/stores";
import { useTaskDetail } from "../queries";
import { type EditKind, editKinds } from "./edits";
import { ForkFields } from "./ForkFields";
import { ForkPlan } from "./ForkPlan";
import { useFork } from "./useFork";

interface Props {
  task: Task;
  workflow: Workflow;
  /** Every task of the workflow. */
  tasks: readonly Task[];
  /** What is offered first. */
  first: EditKind;
  onClose: () => void;
}

function Repeats({
  plan,
  agreed,
  onAgree,
}: {
  plan: ForkPlanView;
  agreed: boolean;
  onAgree: (agreed: boolean) => void;
}) {
  if (plan.repeats.length === 0) return null;
  const tools = plan.repeats.map((one) => `${one.tool} in “${one.task}”`);
  return (
    <label className="flex items-start gap-2 text-ink">
      <input
        type="checkbox"
        className="mt-0.5 size-4 shrink-0 accent-accent"
        checked={agreed}
        onChange={(event) => onAgree(event.target.checked)}
      />
      <span>This changes something outside a second time: {tools.join(", ")}. Do it again.</span>
    </label>
  );
}

function Opened({ task, workflow, tasks, first, detail, onClose }: Props & { detail: TaskDetail }) {
  const id = useId();
  const kinds = editKinds(task);
  const offered = kinds.some(({ value }) => value === first) ? first : "again";
  const fork = useFork(task, workflow, detail, offered);
  const { draft, plan, problem } = fork;
  return (
    <Dialog
      open
      wide
      onClose={onClose}
      title={`Fork from “${task.title}”`}
      description="A new workflow begins here. What the change does not reach is taken from the record; this run stays as it is."
      actions={
        <>
          <Button variant="primary" busy={fork.busy} disabled={!fork.ready} onClick={fork.begin}>
            Start the fork
          </Button>
          <Button onClick={onClose}>Not now</Button>
          {/* In short, because the whole of it may be out of sight. */}
          <output className="tabular mr-auto self-center text-note text-ink-2">
            {plan === undefined
              ? ""
              : `${formatCount(plan.again.length)} anew, ${formatCount(plan.reused)} taken over`}
          </output>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <FieldFrame id={id} label="What is changed">
          <Select
            id={id}
            label="What is changed"
            value={draft.kind}
            options={kinds}
            onChange={(kind) => fork.change({ kind })}
            className="w-72"
          />
        </FieldFrame>
        <ForkFields
          workflow={workflow}
          draft={draft}
          structured={fork.structured}
          problem={problem}
          onChange={fork.change}
        />
        {fork.error === null ? null : (
          <ErrorNotice title="This can't be forked." {...describeError(fork.error)} />
        )}
        {plan === undefined ? null : (
          <>
            <ForkPlan plan={plan} tasks={tasks} />
            <Repeats plan={plan} agreed={fork.agreed} onAgree={fork.agree} />
          </>
        )}
      </div>
    </Dialog>
  );
}

/** The dialog. */
export function ForkDialog(props: Props) {
  const { task, onClose } = props;
  const { data, error } = useTaskDetail(task);
  if (data !== undefined) return <Opened {...props} detail={data} />;
  return (
    <Dialog
      open
      wide
      onClose={onClose}
      title={`Fork from “${task.title}”`}
      actions={<Button onClick={onClose}>Not now</Button>}
    >
      {error === null ? (
        <Skeleton rows={3} label="Loading the task" className="-mx-3" />
      ) : (
        <ErrorNotice title="The task could not be read." {...describeError(error)} />
      )}
    </Dialog>
  );
}
