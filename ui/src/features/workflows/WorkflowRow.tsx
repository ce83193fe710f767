// One workflow in the list of all.

import { Link } from "@tanstack/react-router";
import { memo } from "react";
import { useRowFocus } from "@/shared/list/useRowFocus";
import { Elapsed } from "@/shared/ui/Elapsed";
import { ProgressLine } from "@/shared/ui/ProgressLine";
import { StatusBadge } from "@/shared/ui/StatusBadge";
import { TimeAgo } from "@/shared/ui/TimeAgo";
import { useAsks, type Workflow } from "@/stores";
import { isFinal, standing, stoppedAt } from "./words";

/** Widths that the row and the head of the list share. */
export const COLUMNS = {
  status: "flex w-28 shrink-0 items-center",
  work: "w-44 shrink-0 max-[899px]:hidden",
  started: "w-24 shrink-0 text-right",
  time: "w-24 shrink-0 text-right",
} as const;

function Work({ workflow }: { workflow: Workflow }) {
  const { tasks_completed: done, tasks_total: total, working, moved } = workflow;
  if (moved !== null) {
    const words = `${moved.place === "gone" ? "Now on" : "On its way to"} ${moved.other_name}`;
    return (
      <span className="block truncate text-note text-ink-3" title={words}>
        {words}
      </span>
    );
  }
  if (isFinal(workflow.status)) {
    return (
      <span className="tabular text-ink-3">
        {done} of {total} done
      </span>
    );
  }
  return (
    <span className="flex flex-col gap-1">
      <span className="truncate text-note text-ink-2" title={working.join(", ")}>
        {working.length > 0 ? working.join(", ") : `${done} of ${total} done`}
      </span>
      <ProgressLine label="Tasks done" done={done} total={total} />
    </span>
  );
}

interface Props {
  workflow: Workflow;
  active: boolean;
  onReach: (id: number) => void;
}

/** A row that leads to the workflow. */
export const WorkflowRow = memo(function WorkflowRow({ workflow, active, onReach }: Props) {
  const row = useRowFocus<HTMLAnchorElement>(active);
  const asks = useAsks(workflow.id);
  return (
    <Link
      ref={row}
      to="/workflows/$id"
      params={{ id: String(workflow.id) }}
      onFocus={() => onReach(workflow.id)}
      className="row h-10 cursor-default hover:bg-hover focus-visible:-outline-offset-2"
    >
      <span className={COLUMNS.status}>
        <StatusBadge {...standing(workflow, asks)} />
      </span>
      <span className="min-w-0 flex-1 truncate text-ink" title={workflow.description}>
        {workflow.name}
      </span>
      <span className={COLUMNS.work}>
        <Work workflow={workflow} />
      </span>
      <span className={`${COLUMNS.started} text-ink-3`}>
        <TimeAgo at={workflow.started_at ?? workflow.created_at} />
      </span>
      <span className={`${COLUMNS.time} text-ink-3`}>
        <Elapsed from={workflow.started_at} to={stoppedAt(workflow)} />
      </span>
    </Link>
  );
});
