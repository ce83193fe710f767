/** The order in which tasks are read: what comes first in the work stands first in the list. */
import type { Task } from "@/stores";

/**
 * Tasks so that each stands after what it needs; among those that could stand next, the oldest. A need names a task or
 * a step that became several. What is not in the list, because a plan is still to come, holds nothing up.
 */
export function inWorkingOrder(tasks: readonly Task[]): Task[] {
  const waiting = [...tasks].sort((a, b) => a.id - b.id);
  const ordered: Task[] = [];
  while (waiting.length > 0) {
    const next = waiting.findIndex((task) => !waiting.some((other) => isNeededBy(other, task)));
    // Tasks that need each other can't be; if they were, the list must still show them.
    ordered.push(...waiting.splice(Math.max(next, 0), 1));
  }
  return ordered;
}

function isNeededBy(other: Task, task: Task): boolean {
  return other !== task && task.needs.some((need) => need === other.key || need === other.step);
}
