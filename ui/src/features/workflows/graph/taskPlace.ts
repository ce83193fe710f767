/**
 * Where a task stands among the others: in which container, in which pass through it, and what kind of step it is. The
 * one place that knows how rows tell of nesting. A row without those fields is placed by its key: `work/part` stands in
 * `work`, `sort/3/draft` in the third pass through `sort`.
 */
import type { Task } from "@/stores";

/** What a task does. An expanded part of a plan is an ordinary `agent`. */
export type StepKind =
  | "agent"
  | "tool"
  | "plan"
  | "staff"
  | "expand"
  | "aggregate"
  | "branch"
  | "map"
  | "loop"
  | "approval"
  | "input"
  | "wait"
  | "workflow"
  | "transform";

/** One pass through a container: an item of a map, a round of a loop, a case of a branch. */
export interface Scope {
  /** Place among the passes, from 0. */
  index: number;
  /** What people call it; empty where it has no name of its own. */
  label: string;
}

export interface TaskPlace {
  /** Key of the container; null at the top. */
  parent: string | null;
  scope: Scope | null;
  /** Null where the row does not say. */
  kind: StepKind | null;
}

/** Fields that rows of newer backends have. */
interface Nested {
  parent?: string | null;
  scope?: Scope | null;
  step_kind?: StepKind | null;
}

/** Where a key without anything else stands. */
export function placeOfKey(key: string): TaskPlace {
  const parts = key.split("/");
  if (parts.length < 2) return { parent: null, scope: null, kind: null };
  const passes = parts.length % 2 === 1;
  const pass = passes ? (parts.at(-2) ?? "") : null;
  const parent = parts.slice(0, passes ? -2 : -1).join("/");
  return { parent, scope: pass === null ? null : scopeOf(pass), kind: null };
}

function scopeOf(pass: string): Scope {
  const index = Number(pass);
  return Number.isInteger(index) ? { index, label: "" } : { index: 0, label: pass };
}

/** Where a task stands. */
export function placeOf(task: Task): TaskPlace {
  const { parent, scope, step_kind: kind } = task as Task & Nested;
  if (parent === undefined) return placeOfKey(task.key);
  return { parent, scope: scope ?? null, kind: kind ?? null };
}
