// One task in the list of a workflow: where it stands, what it is, who does it, how long. While an agent
// writes, the latest two lines stand under it in a place of fixed height, so that nothing below moves.

import { memo } from "react";
import { cx } from "@/shared/lib/cx";
import { waitWords } from "@/shared/lib/waitWords";
import { useRowFocus } from "@/shared/list/useRowFocus";
import { AgentAvatar } from "@/shared/ui/AgentAvatar";
import { Elapsed } from "@/shared/ui/Elapsed";
import { StatusBadge } from "@/shared/ui/StatusBadge";
import { type Task, useStreamText } from "@/stores";
import { doneBy, originWord, standingWord } from "./graph/graphWords";
import { needsYou } from "./graph/taskPlace";
import { standingOf } from "./graph/taskTree";
import { endOf, latestLines } from "./words";

interface Props {
  task: Task;
  /** Which pass of its container it is, where a pass is this one task. */
  pass: string | null;
  selected: boolean;
  active: boolean;
  onOpen: (task: Task) => void;
  onReach: (task: Task) => void;
}

function LatestLines({ task }: { task: Task }) {
  const text = useStreamText(task.id);
  const waits = waitWords(task);
  return (
    <span
      data-testid="latest-lines"
      className="block h-10 overflow-hidden pr-3 pl-9 text-left text-ui whitespace-pre-line text-ink-3"
    >
      <span className="line-clamp-2">{waits ?? (latestLines(text) || "Thinking")}</span>
    </span>
  );
}

function Who({ task }: { task: Task }) {
  if (task.agent_kind === null) {
    return <span className="truncate text-ink-3">{doneBy(task)}</span>;
  }
  return (
    <>
      <AgentAvatar name={task.agent_name} kind={task.agent_kind} id={task.assigned_to} />
      <span className="truncate text-ink-2" title={task.agent_name ?? undefined}>
        {task.agent_name ?? "Not staffed yet"}
      </span>
    </>
  );
}

/** A row that opens the task in the inspector. */
export const TaskRow = memo(function TaskRow({
  task,
  pass,
  selected,
  active,
  onOpen,
  onReach,
}: Props) {
  const row = useRowFocus<HTMLButtonElement>(active);
  const origin = originWord(task);
  const trouble = task.status === "failed" ? task.failure?.message : undefined;
  return (
    <button
      ref={row}
      type="button"
      aria-current={selected || undefined}
      onClick={() => onOpen(task)}
      onFocus={() => onReach(task)}
      className={cx(
        "block w-full rounded-md text-left transition-colors",
        selected ? "bg-selected" : "hover:bg-hover",
      )}
    >
      <span className="flex h-8 items-center gap-4 px-3">
        <span className="flex min-w-0 flex-1 items-center gap-1">
          <StatusBadge status={standingOf(task)} iconOnly {...wordProp(task)} />
          <span
            className={cx(
              "ml-1.5 truncate",
              task.status === "skipped" || task.status === "pending" ? "text-ink-2" : "text-ink",
            )}
            title={task.title}
          >
            {pass === null ? null : <span className="text-ink-3">{pass} · </span>}
            {task.title}
          </span>
          {needsYou(task) ? (
            <span className="ml-2 text-note font-medium text-signal">Needs you</span>
          ) : null}
          {origin === undefined ? null : (
            <span className="ml-2 shrink-0 text-note text-ink-3">{origin.toLowerCase()}</span>
          )}
          {task.attempt > 1 ? (
            <span className="ml-2 shrink-0 text-note text-ink-3">attempt {task.attempt}</span>
          ) : null}
        </span>
        <span className="flex w-40 shrink-0 items-center gap-2 max-[899px]:w-32">
          <Who task={task} />
        </span>
        <span className="w-20 shrink-0 text-right text-ink-3">
          <Elapsed from={task.started_at} to={endOf(task)} />
        </span>
      </span>
      {task.status === "running" && task.agent_kind !== null ? <LatestLines task={task} /> : null}
      {trouble === undefined ? null : (
        <span className="block pr-3 pb-1.5 pl-9 break-words text-bad">{trouble}</span>
      )}
    </button>
  );
});

function wordProp(task: Task): { word?: string } {
  const word = standingWord(task);
  return word === undefined ? {} : { word };
}
