/** The words of the graph: what a node is called for those who hear it, and what a folded container says of itself. */
import type { TaskStatus } from "@/bindings/bindings";
import { plural } from "@/shared/lib/format";
import type { Task } from "@/stores";
import { taskWord } from "../words";
import { needsYou, type StepKind } from "./taskPlace";
import {
  type GroupItem,
  type Item,
  scopeWord,
  standingOf,
  type TaskItem,
  tasksIn,
} from "./taskTree";

const STATUS_WORDS: Record<TaskStatus, string> = {
  pending: "pending",
  running: "running",
  waiting: "needs you",
  paused: "paused",
  completed: "completed",
  failed: "failed",
  cancelled: "cancelled",
  skipped: "skipped",
};

const KIND_WORDS: Partial<Record<StepKind, string>> = {
  tool: "Tool",
  expand: "Parts of the plan",
  branch: "Branch",
  map: "For each item",
  loop: "Loop",
  approval: "Approval",
  input: "Input",
  wait: "Timer",
  workflow: "Workflow",
  transform: "By rule",
  aggregate: "By rule",
};

/** What kind of step this is, where no agent's name says it. */
export const kindWord = (kind: StepKind | null): string | undefined =>
  kind === null ? undefined : KIND_WORDS[kind];

/** Who does it, or what kind of step it is. */
export function whoWord({ task }: Pick<TaskItem, "task">): string {
  return task.agent_kind === null ? doneBy(task) : (task.agent_name ?? "Not staffed yet");
}

/** What a step is that no agent does. */
export const doneBy = (task: Pick<Task, "step_kind">): string =>
  kindWord(task.step_kind as StepKind) ?? "By rule";

/** What is said of where a task stands, where it is more than its shape says. */
export function standingWord(task: Task): string | undefined {
  if (task.status === "waiting" && !needsYou(task)) return "Waiting";
  return taskWord(task) ?? originWord(task);
}

/** Where an answer comes from that was not made by this task's own work. */
export function originWord(
  task: Pick<Task, "status" | "overridden" | "reused_from">,
): string | undefined {
  if (task.status !== "completed") return undefined;
  if (task.overridden) return "Your answer";
  return task.reused_from === null ? undefined : "Taken over";
}

/** A node as one sentence: what it is, where it stands, who does it, what it builds on. */
export function nodeLabel(item: TaskItem, needs: readonly string[], kind: StepKind | null): string {
  const { task, scope } = item;
  const name = scope === null ? task.title : `${scopeWord(scope, kind)}, ${task.title}`;
  const parts = [
    name,
    standingWord(task)?.toLowerCase() ?? STATUS_WORDS[task.status],
    whoWord(item),
  ];
  if (task.attempt > 1) parts.push(`attempt ${task.attempt}`);
  if (needs.length > 0) parts.push(`builds on ${needs.join(" and ")}`);
  return parts.join(", ");
}

/** How many tasks of a container ended with an output, and what else should be known of them. */
export interface Tally {
  total: number;
  done: number;
  running: number;
  waiting: number;
  failed: number;
}

/** Counts the tasks in an item. Skipped ones are done with. */
export function tallyOf(item: Item): Tally {
  const tasks = tasksIn(item);
  const count = (...statuses: Task["status"][]) =>
    tasks.filter((task) => statuses.includes(standingOf(task))).length;
  return {
    total: tasks.length,
    done: count("completed", "skipped"),
    running: count("running"),
    waiting: count("waiting"),
    failed: count("failed"),
  };
}

/** A tally in words. */
export function tallyWords({ total, done, running, waiting, failed }: Tally): string {
  const parts = [`${done} of ${plural(total, "task")} done`];
  if (running > 0) parts.push(`${running} running`);
  if (waiting > 0) parts.push(`${waiting} ${waiting === 1 ? "needs" : "need"} you`);
  if (failed > 0) parts.push(`${failed} failed`);
  return parts.join(", ");
}

/** A container as one sentence. */
export const groupLabel = (group: GroupItem): string =>
  `${group.title}, ${tallyWords(tallyOf(group))}`;
