// What the operator can do with one task: take it up again, go on without it, answer in its place, tell it something else
// or have it done with another model.

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { TaskDetail } from "@/bindings/bindings";
import { api, describeError } from "@/host";
import { ModelField } from "@/shared/model/ModelField";
import { Button } from "@/shared/ui/Button";
import { Dialog } from "@/shared/ui/Dialog";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";
import { TextArea } from "@/shared/ui/TextArea";
import type { Task, Workflow } from "@/stores";
import { canFork, jsonOf } from "./fork/edits";
import { ForkButton, ForkFromThere, forkableFrom } from "./fork/ForkButton";
import { taskSteering } from "./steering";

interface Props {
  task: Task;
  workflow: Workflow;
  /** Every task of the workflow. */
  tasks: readonly Task[];
  detail: TaskDetail | undefined;
}

const nameOf = (task: Task) => ({ workflow_id: task.workflow_id, task_id: task.id });

/** A change of one task, and what is asked for anew after it. */
function useSteer<T>(task: Task, act: (given: T) => Promise<unknown>, onDone?: () => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: act,
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: ["workflow", task.workflow_id] });
      void client.invalidateQueries({ queryKey: ["task", task.workflow_id, task.id] });
      onDone?.();
    },
  });
}

/** The operator's answer in place of the task's. */
function AnswerDialog({
  task,
  detail,
  onClose,
}: Omit<Props, "workflow" | "tasks"> & { onClose: () => void }) {
  const data = detail?.data ?? null;
  const structured = data !== null;
  const [text, setText] = useState(
    structured ? JSON.stringify(data, null, 2) : (detail?.answer?.text ?? ""),
  );
  const value = structured ? jsonOf(text) : null;
  const unreadable = structured && value === undefined;
  const save = useSteer(
    task,
    () => api.overrideTask(nameOf(task), structured ? "" : text, structured ? value : null),
    onClose,
  );
  return (
    <Dialog
      open
      wide
      onClose={onClose}
      title="Give the answer yourself"
      description="It stands in the place of the task's own answer, and the run goes on with it."
      actions={
        <>
          <Button
            variant="primary"
            disabled={text.trim() === "" || unreadable}
            busy={save.isPending}
            onClick={() => save.mutate(undefined)}
          >
            Use this answer
          </Button>
          <Button onClick={onClose}>Not now</Button>
        </>
      }
    >
      <TextArea
        label={structured ? "Answer as JSON" : "Answer"}
        rows={10}
        value={text}
        error={unreadable ? "This is no JSON. The steps after it expect a value." : null}
        onChange={(event) => setText(event.target.value)}
        className={structured ? "font-mono" : ""}
      />
      {save.error === null ? null : (
        <ErrorNotice title="It was not taken." {...describeError(save.error)} className="mt-3" />
      )}
    </Dialog>
  );
}

/** What the task is told and which model does it, from its next attempt on. */
function EditDialog({
  task,
  detail,
  onClose,
}: {
  task: Task;
  detail: TaskDetail;
  onClose: () => void;
}) {
  const { told } = detail;
  const [prompt, setPrompt] = useState(told);
  const [model, setModel] = useState(task.model ?? "");
  const save = useSteer(
    task,
    () =>
      api.editTask(nameOf(task), {
        prompt: prompt.trim() === told.trim() ? null : prompt,
        model: model.trim() === (task.model ?? "") ? null : model.trim(),
      }),
    onClose,
  );
  return (
    <Dialog
      open
      wide
      onClose={onClose}
      title={`Change “${task.title}”`}
      description="It counts from the next attempt on. A task that is at work finishes its attempt first."
      actions={
        <>
          <Button
            variant="primary"
            disabled={prompt.trim() === "" && told.trim() !== ""}
            busy={save.isPending}
            onClick={() => save.mutate(undefined)}
          >
            Keep the change
          </Button>
          <Button onClick={onClose}>Not now</Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <TextArea
          label="What it is told"
          rows={8}
          value={prompt}
          onChange={(event) => setPrompt(event.target.value)}
        />
        <ModelField label="Model for this task (optional)" value={model} onChange={setModel} />
        {save.error === null ? null : (
          <ErrorNotice title="It was not changed." {...describeError(save.error)} />
        )}
      </div>
    </Dialog>
  );
}

/** The buttons; nothing where nothing works. */
export function TaskSteering({ task, workflow, tasks, detail }: Props) {
  const [open, setOpen] = useState<"answer" | "edit" | null>(null);
  const retry = useSteer(task, () => api.retryTask(nameOf(task)));
  const skip = useSteer(task, () => api.skipTask(nameOf(task)));
  const may = taskSteering(task, workflow);
  const error = retry.error ?? skip.error;
  const close = () => setOpen(null);
  const forks = canFork(task);
  if (!may.retry && !may.skip && !may.answer && !may.edit && !forks) return null;
  // Where trying again ends the same way, the failure offers the fork first.
  const loops = forkableFrom(task.failure, tasks) !== undefined;
  return (
    <div className="mt-3 flex flex-col gap-2">
      <div className="flex flex-wrap gap-2">
        <ForkFromThere failure={task.failure} tasks={tasks} workflow={workflow} />
        {may.retry ? (
          <Button
            small
            variant={loops ? "secondary" : "primary"}
            busy={retry.isPending}
            onClick={() => retry.mutate(undefined)}
          >
            Retry task
          </Button>
        ) : null}
        {may.skip ? (
          <Button small busy={skip.isPending} onClick={() => skip.mutate(undefined)}>
            Skip
          </Button>
        ) : null}
        {may.answer ? (
          <Button small disabled={detail === undefined} onClick={() => setOpen("answer")}>
            {task.status === "completed" ? "Edit answer" : "Give the answer"}
          </Button>
        ) : null}
        {may.edit ? (
          <Button small disabled={detail === undefined} onClick={() => setOpen("edit")}>
            Edit prompt and model
          </Button>
        ) : null}
        <ForkButton task={task} workflow={workflow} tasks={tasks} />
      </div>
      {error === null ? null : <ErrorNotice title="That did not work." {...describeError(error)} />}
      {open === "answer" ? <AnswerDialog task={task} detail={detail} onClose={close} /> : null}
      {open === "edit" && detail !== undefined ? (
        <EditDialog task={task} detail={detail} onClose={close} />
      ) : null}
    </div>
  );
}
