// How the facts of a run are said in words, and other small decisions of the screens that need no screen.

import type {
  CallView,
  Origin,
  TaskView,
  Usage,
  WorkflowStats,
  WorkflowStatus,
  WorkflowView,
} from "@/bindings/bindings";

/** The groups that the list can be narrowed to. */
export type StatusGroup = "all" | "active" | "completed" | "failed" | "cancelled";

/** Which statuses belong to a group; empty stands for every status. */
export const GROUP_STATUSES: Record<StatusGroup, WorkflowStatus[]> = {
  all: [],
  active: ["pending", "running", "waiting", "paused"],
  completed: ["completed"],
  failed: ["failed"],
  cancelled: ["cancelled"],
};

/** How many workflows are in a group. What is in no counted group was cancelled. */
export function groupCount(stats: WorkflowStats, group: StatusGroup): number {
  switch (group) {
    case "all":
      return stats.total;
    case "active":
      return stats.active;
    case "completed":
      return stats.completed;
    case "failed":
      return stats.failed;
    case "cancelled": {
      const { total, active, completed, failed, moved = 0 } = stats;
      return Math.max(0, total - active - completed - failed - moved);
    }
  }
}

/** Whether a workflow has ended. */
export function isFinal(status: WorkflowStatus): boolean {
  return status === "completed" || status === "failed" || status === "cancelled";
}

/** Whether a workflow is another backend's, or on its way there: here it rests, and can be looked at. */
export function isElsewhere({ moved }: Pick<WorkflowView, "moved">): boolean {
  return moved !== null;
}

/** Whether nothing of it happens here any more. */
export function isAtRest(workflow: Pick<WorkflowView, "status" | "moved">): boolean {
  return isFinal(workflow.status) || isElsewhere(workflow);
}

/** When its clock stopped here; null while it ticks. */
export function stoppedAt({
  completed_at,
  moved,
}: Pick<WorkflowView, "completed_at" | "moved">): number | null {
  return completed_at ?? moved?.since ?? null;
}

/** Its tasks as they are here: what is worked on elsewhere does not seem to be worked on here, and asks nobody. */
export function tasksHere<T extends Pick<TaskView, "status" | "completed_at">>(
  { moved }: Pick<WorkflowView, "moved">,
  tasks: T[],
): T[] {
  if (moved === null) return tasks;
  return tasks.map((task) =>
    task.status === "running" || task.status === "waiting"
      ? { ...task, status: "paused", completed_at: moved.since }
      : task,
  );
}

/**
 * Where a workflow stands, as it is shown. `asks` says whether one of its questions is open: only then it needs the
 * operator; else it waits for a timer or for a workflow that it started.
 */
export function standing(
  workflow: Pick<WorkflowView, "status" | "cancelling" | "paused" | "moved">,
  asks: boolean,
): { status: WorkflowStatus | "skipped"; word?: string } {
  const { status, moved } = workflow;
  if (isFinal(status)) return { status };
  if (moved !== null)
    return { status: "skipped", word: moved.place === "gone" ? "Moved" : "Moving" };
  if (workflow.cancelling) return { status, word: "Cancelling" };
  if (workflow.paused) {
    return status === "paused" ? { status } : { status: "paused", word: "Pausing" };
  }
  if (status !== "waiting") return { status };
  return asks ? { status, word: "Needs you" } : { status: "pending", word: "Waiting" };
}

/** The word beside a task's status, where it says more than the status itself. */
export function taskWord(task: Pick<TaskView, "status" | "retry_at">): string | undefined {
  if (task.status === "waiting") return "Needs you";
  return task.status === "pending" && task.retry_at !== null ? "Trying again" : undefined;
}

/** What works on a workflow in the state that it is in. */
export function allowedActions(
  workflow: Pick<WorkflowView, "status" | "cancelling" | "moved"> &
    Partial<Pick<WorkflowView, "imported">>,
) {
  const { status, cancelling, moved } = workflow;
  const ended = isFinal(status);
  // What was imported is history, and what went elsewhere is steered there.
  const own = (workflow.imported ?? null) === null && moved === null;
  return {
    start: moved === null && status === "pending" && !cancelling,
    cancel: moved === null && !ended && status !== "pending" && !cancelling,
    retry: own && (status === "failed" || status === "cancelled"),
    remove: moved === null ? ended || status === "pending" : moved.place === "gone",
  };
}

/** When a task's clock stopped; null while it ticks. One that neither runs nor waits has stopped. */
export function endOf(
  task: Pick<TaskView, "status" | "started_at" | "completed_at">,
): number | null {
  if (task.completed_at !== null) return task.completed_at;
  return task.status === "running" || task.status === "waiting" ? null : task.started_at;
}

/** A recorded kind of fact as people read it: `task_completed` becomes `Task completed`. */
export function factWord(kind: string): string {
  const words = kind.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** How a plan or a staffing came to be, where that is worth saying. */
export function originNote(origin: Origin | null): string | null {
  if (origin === null || origin.origin === "answered") return null;
  const problem = origin.problem.replace(/\.$/, "");
  return origin.origin === "repaired"
    ? `The first answer could not be used: ${problem}. It was sent back, and the second answer was accepted.`
    : `Neither answer could be used: ${problem}. A simple plan was made by rule instead.`;
}

/** Of the tokens read, those that were or are kept by the provider; none where it says nothing of it. */
export function keptWords(usage: Usage): string | null {
  const parts = [
    usage.cached_tokens ? `${tokens(usage.cached_tokens)} kept from before` : "",
    usage.cache_written_tokens ? `${tokens(usage.cache_written_tokens)} kept for later` : "",
  ].filter((part) => part !== "");
  return parts.length === 0 ? null : parts.join(", ");
}

/** Tokens as a word; what is unknown stays unknown. */
export function tokens(count: number | null): string {
  return count === null ? "unknown" : new Intl.NumberFormat().format(count);
}

/** The models that were called, each once. */
export function modelsOf(calls: readonly CallView[]): string[] {
  const models = calls.flatMap((call) => (call.kind.kind === "model" ? [call.kind.model] : []));
  return [...new Set(models)];
}

/** The model that is a rule-based stand-in. */
export const REHEARSAL = "rehearsal";

/** Whether a text that is being written is data for the engine and not prose. */
export function isStructured(text: string): boolean {
  return /^\s*(```json\s*)?[{[]\s*["{]/.test(text);
}

/** The latest lines of a text that is being written, as one short piece. */
export function latestLines(text: string, lines = 2): string {
  if (isStructured(text)) {
    return `Writing a structured answer, ${new Intl.NumberFormat().format(text.length)} characters so far.`;
  }
  const found: string[] = [];
  // From its end: this is asked for many times a second, and texts grow long.
  for (let end = text.length; end > 0 && found.length < lines; ) {
    const begin = text.lastIndexOf("\n", end - 1);
    const line = withoutMarks(text.slice(begin + 1, end));
    if (line.trim() !== "") found.unshift(line);
    end = begin;
  }
  return found.join("\n");
}

function withoutMarks(line: string): string {
  return line.replace(/^[#>\s]+|^\s*[-*]\s+/g, "").replace(/\*\*|`|\[s[0-9a-f]{6}\]/g, "");
}

/** Live rows win over rows that were read once; the order is that in which tasks came to be. */
export function mergeTasks(live: readonly TaskView[], read: readonly TaskView[]): TaskView[] {
  const byId = new Map(read.map((task) => [task.id, task]));
  for (const task of live) byId.set(task.id, task);
  return [...byId.values()].sort((a, b) => a.id - b.id);
}
