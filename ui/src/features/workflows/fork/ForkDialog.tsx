// A new run from a finished task: what is changed there, and what follows from it before it begins.

import { useMutation, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import type { ForkEdit, ForkPlanView, TaskDetail } from "@/bindings/bindings";
import { api, describeError } from "@/host";
import { useSettled } from "@/shared/hooks/useSettled";
import { ModelField } from "@/shared/model/ModelField";
import { Button } from "@/shared/ui/Button";
import { Dialog } from "@/shared/ui/Dialog";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";
import { Select } from "@/shared/ui/Select";
import { TextArea } from "@/shared/ui/TextArea";
import type { Task, Workflow } from "@/stores";
import { type Draft, editKinds, editOf } from "./edits";
import { ForkPlan } from "./ForkPlan";

interface Props {
  task: Task;
  workflow: Workflow;
  detail: TaskDetail | undefined;
  onClose: () => void;
}

/** Wait after the last letter before the plan is asked for, in milliseconds. */
const PAUSE = 350;

function first({ task, workflow, detail }: Omit<Props, "onClose">): Draft {
  const data = detail?.data ?? null;
  const inputs = workflow.inputs ?? { task: workflow.description };
  return {
    kind: "again",
    prompt: task.told ?? task.description,
    model: task.model ?? "",
    output: data === null ? (detail?.answer?.text ?? "") : JSON.stringify(data, null, 2),
    inputs: JSON.stringify(inputs, null, 2),
  };
}

function Fields({
  draft,
  structured,
  problem,
  onChange,
}: {
  draft: Draft;
  structured: boolean;
  problem: string | null;
  onChange: (change: Partial<Draft>) => void;
}) {
  const area = (label: string, field: "prompt" | "output" | "inputs", mono: boolean) => (
    <TextArea
      label={label}
      rows={7}
      value={draft[field]}
      error={problem}
      className={mono ? "font-mono" : ""}
      onChange={(event) => onChange({ [field]: event.target.value })}
    />
  );
  switch (draft.kind) {
    case "again":
      return null;
    case "prompt":
      return area("What it is told", "prompt", false);
    case "model":
      return (
        <ModelField label="Model" value={draft.model} onChange={(model) => onChange({ model })} />
      );
    case "output":
      return area(structured ? "Answer as JSON" : "Answer", "output", structured);
    case "inputs":
      return area("Inputs as JSON", "inputs", true);
  }
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
        className="mt-1"
        checked={agreed}
        onChange={(event) => onAgree(event.target.checked)}
      />
      <span>This changes something outside a second time: {tools.join(", ")}. Do it again.</span>
    </label>
  );
}

/** The dialog. */
export function ForkDialog({ task, workflow, detail, onClose }: Props) {
  const navigate = useNavigate();
  const [draft, setDraft] = useState(() => first({ task, workflow, detail }));
  const [agreed, setAgreed] = useState(false);
  const structured = (detail?.data ?? null) !== null;
  const edit = editOf(draft, structured);
  const settled = useSettled(typeof edit === "string" ? null : edit, PAUSE);
  const name = { workflow_id: task.workflow_id, task_id: task.id };
  const plan = useQuery({
    queryKey: ["fork-plan", name, settled],
    queryFn: () => api.planFork(name, settled as ForkEdit),
    enabled: settled !== null,
    retry: false,
    gcTime: 0,
  });
  const fork = useMutation({
    mutationFn: (change: ForkEdit) => api.forkWorkflow(name, change, agreed),
    onSuccess: (made) => {
      onClose();
      void navigate({ to: "/workflows/$id", params: { id: String(made.id) } });
    },
  });
  const waits = (plan.data?.repeats.length ?? 0) > 0 && !agreed;
  const error = fork.error ?? plan.error;
  const change = (next: Partial<Draft>) => {
    setAgreed(false);
    setDraft({ ...draft, ...next });
  };
  return (
    <Dialog
      open
      wide
      onClose={onClose}
      title={`Fork from “${task.title}”`}
      description="A new workflow begins here. What the change does not reach is taken from the record; this run stays as it is."
      actions={
        <>
          <Button
            variant="primary"
            busy={fork.isPending}
            disabled={typeof edit === "string" || waits || plan.data === undefined}
            onClick={() => typeof edit !== "string" && fork.mutate(edit)}
          >
            Start the fork
          </Button>
          <Button onClick={onClose}>Not now</Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <Select
          label="What is changed"
          value={draft.kind}
          options={editKinds(task)}
          onChange={(kind) => change({ kind })}
          className="self-start"
        />
        <Fields
          draft={draft}
          structured={structured}
          problem={typeof edit === "string" ? edit : null}
          onChange={change}
        />
        {plan.data === undefined ? null : <ForkPlan plan={plan.data} />}
        {plan.data === undefined ? null : (
          <Repeats plan={plan.data} agreed={agreed} onAgree={setAgreed} />
        )}
        {error === null ? null : (
          <ErrorNotice title="This can't be forked." {...describeError(error)} />
        )}
      </div>
    </Dialog>
  );
}
