// One task in the graph: where it stands, what it is, who does it, for how long. Its size never changes, so that a
// run that goes on moves nothing.

import { memo } from "react";
import { cx } from "@/shared/lib/cx";
import { AgentAvatar } from "@/shared/ui/AgentAvatar";
import { Elapsed } from "@/shared/ui/Elapsed";
import { StatusBadge } from "@/shared/ui/StatusBadge";
import type { Task } from "@/stores";
import { endOf } from "../words";
import { standingWord, whoWord } from "./graphWords";
import { needsYou, type StepKind } from "./taskPlace";
import { scopeWord, standingOf, type TaskItem } from "./taskTree";

interface Props {
  item: TaskItem;
  /** Kind of the container, which gives a pass its name. */
  within: StepKind | null;
  /** The node as one sentence. */
  label: string;
  x: number;
  y: number;
  selected: boolean;
  /** The one node that Tab reaches. */
  current: boolean;
  onOpen: (id: string) => void;
  onReach: (id: string) => void;
}

function Who({ item }: { item: TaskItem }) {
  const { task } = item;
  return (
    <span className="flex min-w-0 flex-1 items-center gap-1.5">
      {task.agent_kind === null ? null : (
        <AgentAvatar name={task.agent_name} kind={task.agent_kind} id={task.assigned_to} />
      )}
      <span className="truncate">{whoWord(item)}</span>
    </span>
  );
}

function Standing({ task }: { task: Task }) {
  const word = standingWord(task);
  if (needsYou(task)) return <span className="font-medium text-signal">{word}</span>;
  if (word !== undefined) return <span className="text-ink-2">{word}</span>;
  return <Elapsed from={task.started_at} to={endOf(task)} />;
}

/** Ground and border by status; the shape and the word say the same. */
function look(task: Task): string {
  switch (standingOf(task)) {
    case "waiting":
      return "border-signal-mark bg-signal-soft";
    case "failed":
      return "border-bad/60 bg-bad-soft";
    case "running":
      return "border-accent/70 bg-raised";
    case "pending":
    case "skipped":
    case "cancelled":
      return "border-line-strong/40 bg-ground";
    default:
      return "border-line bg-raised";
  }
}

/** A node that opens its task in the inspector. */
export const GraphNode = memo(Node, looksSame);

function Node(props: Props) {
  const { item, within, label, x, y, selected, current, onOpen, onReach } = props;
  const { task, scope } = item;
  const word = standingWord(task);
  const quiet = task.status === "pending" || task.status === "skipped";
  return (
    <button
      type="button"
      data-id={item.id}
      aria-current={selected || undefined}
      tabIndex={current ? 0 : -1}
      title={task.title}
      onClick={() => onOpen(item.id)}
      onFocus={() => onReach(item.id)}
      className={cx(
        "absolute top-0 left-0 z-2 flex h-14 w-60 flex-col justify-center gap-0.5 rounded-md border px-2.5 text-left transition-[transform,border-color,background-color] hover:border-line-strong",
        look(task),
        selected && "border-accent ring-2 ring-accent",
      )}
      style={{ transform: `translate(${x}px, ${y}px)` }}
    >
      {/* One sentence for those who hear it, who would else hear scraps. */}
      <span className="sr-only">{label}</span>
      <span
        aria-hidden="true"
        className="flex items-center gap-1.5 group-data-far/layer:text-title group-data-far/layer:[&_svg]:size-6"
      >
        <StatusBadge status={standingOf(task)} iconOnly {...(word === undefined ? {} : { word })} />
        <span className={cx("truncate font-medium", quiet ? "text-ink-2" : "text-ink")}>
          {scope === null ? task.title : scopeWord(scope, within)}
        </span>
      </span>
      <span
        aria-hidden="true"
        className="tabular flex items-center gap-2 text-note text-ink-3 group-data-far/layer:hidden"
      >
        <Who item={item} />
        {task.attempt > 1 ? <span className="shrink-0">attempt {task.attempt}</span> : null}
        <span className="shrink-0">
          <Standing task={task} />
        </span>
      </span>
    </button>
  );
}

/** Items are made anew with every change of the run; what is drawn of one is its row, its label and its place. */
function looksSame(before: Props, after: Props): boolean {
  const { item: was, ...left } = before;
  const { item: is, ...right } = after;
  const keys = Object.keys(right) as (keyof typeof right)[];
  return was.task === is.task && keys.every((key) => left[key] === right[key]);
}
