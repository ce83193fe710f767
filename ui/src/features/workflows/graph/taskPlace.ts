/**
 * Where a task stands among the others: in which container, in which pass through it, and what kind of step it is. The
 * one place that knows how rows tell of nesting. A row without those fields is placed by its key: `work/part` stands in
 * `work`, `sort/3/draft` in the fourth pass through `sort`.
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

/** One pass through a container: an item of a map, a round of a loop, a case of a branch, the way of a failure. */
export interface Scope {
  /** Place among the passes, from 0. */
  index: number;
  /** What people call it; empty where it has no name of its own. */
  label: string;
  /** Which block is done: the name of a case, `else`, `error`, or `each`. */
  block?: string;
}

export interface TaskPlace {
  /** Key of the container; null at the top. */
  parent: string | null;
  scope: Scope | null;
  /** Null where the row does not say. */
  kind: StepKind | null;
  /** Where the container stands if it is a step that was only expanded and has no row to say so. */
  above?: { parent: string | null; scope: Scope | null };
}

/** Fields that rows of newer backends have. */
interface Nested {
  container?: string | null;
  scope?: Scope | null;
  step_kind?: string;
}

/** Where a key without anything else stands. */
export function placeOfKey(key: string): TaskPlace {
  const parts = key.split("/");
  if (parts.length < 2) return { parent: null, scope: null, kind: null };
  const passes = parts.length % 2 === 1;
  const parent = parts.slice(0, passes ? -2 : -1).join("/");
  const scope = passes ? { index: Number(parts.at(-2)) || 0, label: "" } : null;
  return { parent, scope, kind: null };
}

/** Where a task stands. */
export function placeOf(task: Task): TaskPlace {
  const { container, scope = null, step_kind } = task as Task & Nested;
  const kind = isStepKind(step_kind) ? step_kind : null;
  if (container === undefined) return { ...placeOfKey(task.key), kind };
  // A part of an expanded step stands below it, though its row names only what contains the step.
  const pass = container === null ? "" : `${container}/${scope?.index ?? 0}/`;
  const own = task.key.startsWith(pass) ? task.key.slice(pass.length) : task.key;
  const cut = own.lastIndexOf("/");
  if (cut < 0) return { parent: container, scope, kind };
  const above = { parent: container, scope };
  return { parent: pass + own.slice(0, cut), scope: null, kind, above };
}

const KINDS: ReadonlySet<string> = new Set<StepKind>([
  "agent",
  "tool",
  "plan",
  "staff",
  "expand",
  "aggregate",
  "branch",
  "map",
  "loop",
  "approval",
  "input",
  "wait",
  "workflow",
  "transform",
]);

const isStepKind = (word: string | undefined): word is StepKind => KINDS.has(word ?? "");

/** Steps that wait by themselves or for what is in them, and not for the operator. */
const PATIENT: ReadonlySet<StepKind> = new Set<StepKind>([
  "wait",
  "workflow",
  "map",
  "loop",
  "branch",
  "expand",
]);

/** Whether a task waits for the operator. */
export function needsYou(task: Task): boolean {
  const { kind } = placeOf(task);
  return task.status === "waiting" && (kind === null || !PATIENT.has(kind));
}
