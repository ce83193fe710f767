// What a sum was spent on.

import type { Task } from "@/stores";

/** How many are named. */
const NAMED = 6;

/** The tasks that cost most, without those inside others, whose cost is in theirs. */
export function dearest(tasks: readonly Task[]): Task[] {
  const known = new Set(tasks.map((task) => task.key));
  return tasks
    .filter(({ container }) => container === null || !known.has(container))
    .filter(({ spent }) => spent.money > 0 || spent.tokens > 0 || spent.unpriced > 0)
    .sort((a, b) => b.spent.money - a.spent.money || b.spent.tokens - a.spent.tokens)
    .slice(0, NAMED);
}
