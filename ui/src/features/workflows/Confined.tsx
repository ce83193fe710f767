// Says that a workflow has read what stays on its machine, and what that means for it.

import { Lock } from "lucide-react";
import { useServer, type Workflow } from "@/stores";

/** One quiet line; nothing where the workflow may go anywhere. */
export function Confined({ workflow }: { workflow: Workflow }) {
  const server = useServer();
  const names = workflow.stays_here.map((source) => `“${source.name}”`);
  if (names.length === 0) return null;
  return (
    <p className="mt-1 flex items-start gap-1.5 text-note text-ink-2">
      <Lock className="mt-0.5 size-3 shrink-0" aria-hidden="true" />
      <span className="min-w-0 break-words">
        Stays on {server === null ? "this machine" : server.name}: it has read text of{" "}
        {names.join(", ")}, which no model elsewhere is told.
      </span>
    </p>
  );
}
