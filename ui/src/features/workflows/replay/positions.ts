// A run as it was after each of its events, from what each event changed.

import type { ReplayPosition, ReplayTask, TaskView } from "@/bindings/bindings";

/** The tasks as they were after the event at `index`, by key. */
export function tasksAt(
  positions: readonly ReplayPosition[],
  index: number,
): ReadonlyMap<string, ReplayTask> {
  const tasks = new Map<string, ReplayTask>();
  for (const position of positions.slice(0, index + 1)) {
    for (const task of position.changed) tasks.set(task.key, task);
  }
  return tasks;
}

/** The rows of a run as they were then: those that were there, with the status that they had. */
export function rowsAt<T extends Pick<TaskView, "key" | "status" | "attempt">>(
  rows: readonly T[],
  then: ReadonlyMap<string, ReplayTask>,
): T[] {
  return rows.flatMap((row) => {
    const task = then.get(row.key);
    return task === undefined ? [] : [{ ...row, status: task.status, attempt: task.attempt }];
  });
}

/** A kind of fact as people read it: `task_started` becomes "task started". */
export const factWords = (kind: string): string => kind.replaceAll("_", " ");
