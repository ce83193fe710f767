// The latest workflows of a template.

import { Link } from "@tanstack/react-router";
import { useShallow } from "zustand/react/shallow";
import { Elapsed } from "@/shared/ui/Elapsed";
import { EmptyState } from "@/shared/ui/EmptyState";
import { StatusBadge } from "@/shared/ui/StatusBadge";
import { TimeAgo } from "@/shared/ui/TimeAgo";
import { useWorkflowStore } from "@/stores";

/** Runs among the latest workflows; older ones are found by their names under Workflows. */
export function RunsTab({ uid }: { uid: string }) {
  const runs = useWorkflowStore(
    useShallow((state) => state.workflows.filter(({ template }) => template.uid === uid)),
  );
  if (runs.length === 0) {
    return (
      <EmptyState title="No runs lately">
        None of the latest workflows was made of this template. Older ones stand under Workflows.
      </EmptyState>
    );
  }
  return (
    <ul className="-mx-3 max-w-220">
      {runs.map((workflow) => (
        <li key={workflow.id}>
          <Link
            to="/workflows/$id"
            params={{ id: String(workflow.id) }}
            className="row transition-colors hover:bg-hover"
          >
            <StatusBadge status={workflow.status} iconOnly />
            <span className="min-w-0 flex-1 truncate" title={workflow.description}>
              {workflow.name}
            </span>
            <span className="shrink-0 text-note text-ink-3">
              version {workflow.template.version}
            </span>
            <Elapsed
              from={workflow.started_at}
              to={workflow.completed_at}
              className="w-20 shrink-0 text-right text-note text-ink-2"
            />
            <TimeAgo
              at={workflow.completed_at ?? workflow.created_at}
              className="w-24 shrink-0 text-right text-note text-ink-2"
            />
          </Link>
        </li>
      ))}
    </ul>
  );
}
