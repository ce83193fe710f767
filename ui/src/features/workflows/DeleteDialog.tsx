// Deleting can't be undone, so it names what is lost and asks.

import { plural } from "@/shared/lib/format";
import { Button } from "@/shared/ui/Button";
import { Dialog } from "@/shared/ui/Dialog";
import type { Workflow } from "@/stores";

interface Props {
  workflow: Workflow;
  open: boolean;
  onClose: () => void;
  onDelete: () => void;
}

/** What is lost, in words: "its report, 8 tasks with their answers, and its journal". */
function whatIsLost(workflow: Pick<Workflow, "has_report" | "tasks_total">): string {
  const report = workflow.has_report ? "its report, " : "";
  return `${report}${plural(workflow.tasks_total, "task")} with all answers, and its journal`;
}

/** The question before a workflow is deleted. */
export function DeleteDialog({ workflow, open, onClose, onDelete }: Props) {
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title="Delete this workflow?"
      description={`“${workflow.name}” is lost for good: ${whatIsLost(workflow)}. Agents that it hired and your files stay.`}
      actions={
        <>
          <Button variant="danger" onClick={onDelete}>
            Delete
          </Button>
          <Button onClick={onClose}>Keep it</Button>
        </>
      }
    />
  );
}
