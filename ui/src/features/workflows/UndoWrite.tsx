// Takes back what a call wrote. It is refused where somebody changed the file since.

import { useMutation } from "@tanstack/react-query";
import type { CallView } from "@/bindings/bindings";
import { api, describeError } from "@/host";
import { Button } from "@/shared/ui/Button";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";
import type { Task } from "@/stores";

/** The button, and what came of it. */
export function UndoWrite({ task, call }: { task: Task; call: CallView }) {
  const undo = useMutation({
    mutationFn: () => api.undoWrite({ workflow_id: task.workflow_id, task_id: task.id }, call.key),
  });
  const { before, path } = call.checkpoint ?? { before: null, path: "" };
  if (undo.isSuccess) {
    return (
      <p role="status" className="text-note text-ink-2">
        {before === null ? `${path} is gone again.` : `${path} is as it was before.`}
      </p>
    );
  }
  return (
    <>
      <Button
        small
        variant="quiet"
        busy={undo.isPending}
        onClick={() => undo.mutate()}
        className="-ml-2"
      >
        {before === null ? "Remove the file again" : "Set the file back"}
      </Button>
      {undo.error === null ? null : (
        <ErrorNotice title="It was not set back." {...describeError(undo.error)} className="mt-1" />
      )}
    </>
  );
}
