// The tasks of a run as the rows of a list: what is nested stands under its container, with a heading for each pass.

import type { Task } from "@/stores";
import type { StepKind } from "./graph/taskPlace";
import { type Item, scopeWord, taskTree } from "./graph/taskTree";

/** Deeper than this is not moved further to the right. */
const DEEPEST = 4;

export type ListRow =
  | { type: "task"; key: string; depth: number; task: Task; pass: string | null }
  | { type: "heading"; key: string; depth: number; title: string };

/** The rows, outer before inner, in working order. */
export function taskRows(tasks: readonly Task[]): ListRow[] {
  const rows: ListRow[] = [];
  const visit = (items: readonly Item[], level: number, kind: StepKind | null) => {
    const depth = Math.min(level, DEEPEST);
    for (const item of items) {
      const { id: key, task } = item;
      const pass = item.scope === null ? null : scopeWord(item.scope, kind);
      if (task !== null) rows.push({ type: "task", key, depth, task, pass });
      else if (item.type === "group") rows.push({ type: "heading", key, depth, title: item.title });
      if (item.type === "group") visit(item.items, level + 1, item.kind);
    }
  };
  visit(taskTree(tasks).items, 0, null);
  return rows;
}
