// A run as it was after each of its events, from what each event changed.

import type { ReplayPosition, ReplayTask, TaskView } from "@/bindings/bindings";

/** A task as it was then, with the times that its attempt had by then. */
export interface TaskThen extends ReplayTask {
  /** When the attempt began; null before. */
  began: number | null;
  /** When it ended, or how far it had come; null before it began. */
  until: number | null;
}

/** The tasks as they were after the event at `index`, by key. */
export function tasksAt(
  positions: readonly ReplayPosition[],
  index: number,
): ReadonlyMap<string, TaskThen> {
  const tasks = new Map<string, TaskThen>();
  const passed = positions.slice(0, index + 1);
  for (const { at, changed } of passed) {
    for (const task of changed) tasks.set(task.key, timed(task, tasks.get(task.key), at));
  }
  const now = passed.at(-1)?.at ?? 0;
  for (const [key, task] of tasks) {
    if (isUnderWay(task) && task.began !== null) tasks.set(key, { ...task, until: now });
  }
  return tasks;
}

const isUnderWay = ({ status }: Pick<ReplayTask, "status">) =>
  status === "running" || status === "waiting";

/** A changed task with its times: an attempt begins when it first runs, and ends when it does not any more. */
function timed(task: ReplayTask, before: TaskThen | undefined, at: number): TaskThen {
  if (task.status === "pending") return { ...task, began: null, until: null };
  const goesOn = before !== undefined && before.attempt === task.attempt;
  const began = (goesOn ? before.began : null) ?? (isUnderWay(task) ? at : null);
  return { ...task, began, until: began === null ? null : at };
}

type Row = Pick<
  TaskView,
  "key" | "status" | "attempt" | "started_at" | "completed_at" | "failure" | "retry_at"
>;

/** The rows of a run as they were then: those that were there, as they stood. */
export function rowsAt<T extends Row>(
  rows: readonly T[],
  then: ReadonlyMap<string, TaskThen>,
): T[] {
  return rows.flatMap((row) => {
    const task = then.get(row.key);
    if (task === undefined) return [];
    const { status, attempt, began, until } = task;
    const failure = status === "failed" ? row.failure : null;
    const times = { started_at: began, completed_at: until, retry_at: null };
    return [{ ...row, ...times, status, attempt, failure }];
  });
}

/** A kind of fact as people read it: `task_started` becomes "Task started". */
export function factWords(kind: string): string {
  const words = kind.replaceAll("_", " ");
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}
