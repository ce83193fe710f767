import type { WorkflowView } from "@/bindings/bindings";
import { StatusBadge } from "./StatusBadge";

/** Where a workflow stands, as its shape alone. One that is another backend's waits for nobody here. */
export function RunBadge({ workflow }: { workflow: Pick<WorkflowView, "status" | "moved"> }) {
  const { status, moved } = workflow;
  return moved === null ? (
    <StatusBadge status={status} iconOnly />
  ) : (
    <StatusBadge status="skipped" word={moved.place === "gone" ? "Moved" : "Moving"} iconOnly />
  );
}
