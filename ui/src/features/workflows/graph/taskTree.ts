/**
 * The tasks of a run as a tree: containers hold passes, passes hold tasks. A container without a row of its own, because
 * its step was only ever expanded, stands in the tree all the same. Where a task stands is decided in `taskPlace`.
 */
import type { TaskStatus } from "@/bindings/bindings";
import type { Task } from "@/stores";
import {
  needsYou,
  placeOf,
  placeOfKey,
  type Scope,
  type StepKind,
  type TaskPlace,
} from "./taskPlace";

export interface TaskItem {
  type: "task";
  /** The task's key. */
  id: string;
  task: Task;
  kind: StepKind | null;
  /** The pass that it is, where a pass is this one task. */
  scope: Scope | null;
}

export interface GroupItem {
  type: "group";
  /** Key of the container; for a pass the container's key, `#` and the pass. */
  id: string;
  title: string;
  /** The container's kind; for a pass that of its container. */
  kind: StepKind | null;
  /** The container's own row. None for a pass, and for a step that was only expanded. */
  task: Task | null;
  /** Set for a pass. */
  scope: Scope | null;
  items: Item[];
}

export type Item = TaskItem | GroupItem;

export interface TaskTree {
  items: Item[];
  /** Every item by its id. */
  byId: ReadonlyMap<string, Item>;
  /** The ids above an item, outermost first, and its own. */
  paths: ReadonlyMap<string, readonly string[]>;
}

interface Child {
  key: string;
  task: Task | null;
  scope: Scope | null;
  kind: StepKind | null;
}

/** The tree of `tasks`, which stand in working order. */
export function taskTree(tasks: readonly Task[]): TaskTree {
  const below = childrenByParent(tasks);
  const items = (below.get("") ?? []).map((child) => itemOf(child, below));
  const byId = new Map<string, Item>();
  const paths = new Map<string, readonly string[]>();
  const visit = (item: Item, above: readonly string[]) => {
    const path = [...above, item.id];
    byId.set(item.id, item);
    paths.set(item.id, path);
    if (item.type === "group") for (const each of item.items) visit(each, path);
  };
  for (const item of items) visit(item, []);
  return { items, byId, paths };
}

/** What stands directly in each container; `""` is the run. */
function childrenByParent(tasks: readonly Task[]): Map<string, Child[]> {
  const below = new Map<string, Child[]>();
  const known = new Set(tasks.map((task) => task.key));
  const add = (child: Child, parent: string | null, above?: TaskPlace["above"]) => {
    below.set(parent ?? "", [...(below.get(parent ?? "") ?? []), child]);
    if (parent === null || known.has(parent)) return;
    known.add(parent);
    const place = above ?? placeOfKey(parent);
    add({ key: parent, task: null, scope: place.scope, kind: "expand" }, place.parent);
  };
  for (const task of tasks) {
    const { parent, scope, kind, above } = placeOf(task);
    add({ key: task.key, task, scope, kind }, parent, above);
  }
  return below;
}

function itemOf(child: Child, below: ReadonlyMap<string, Child[]>): Item {
  const { key, task, scope, kind } = child;
  const inside = below.get(key);
  if (inside === undefined && task !== null) return { type: "task", id: key, task, kind, scope };
  const title = task?.title ?? titleOfKey(key);
  const items = passes(child, inside ?? [], below);
  return { type: "group", id: key, title, kind, task, scope, items };
}

/** What a container holds: a group for each pass, unless each is a single task that its number names well enough. */
function passes(container: Child, inside: Child[], below: ReadonlyMap<string, Child[]>): Item[] {
  const byPass = new Map<number | null, Child[]>();
  for (const child of inside) {
    const pass = child.scope?.index ?? null;
    byPass.set(pass, [...(byPass.get(pass) ?? []), child]);
  }
  const named = container.kind === "branch" || inside.some(({ scope }) => scope?.block === "error");
  const single =
    !named && [...byPass].every(([pass, members]) => pass === null || members.length === 1);
  if (single) return inside.map((child) => itemOf(child, below));
  return [...byPass].flatMap(([pass, members]): Item[] => {
    const items = members.map((child) => itemOf({ ...child, scope: null }, below));
    const scope = members[0]?.scope ?? null;
    if (pass === null || scope === null) return items;
    const title = scopeWord(scope, container.kind);
    const { kind } = container;
    return [
      { type: "group", id: `${container.key}#${pass}`, title, kind, task: null, scope, items },
    ];
  });
}

/** What a pass is called: its own name, or what its container makes of its number. */
export function scopeWord({ index, label, block }: Scope, kind: StepKind | null): string {
  if (block === "error") return label || "After the failure";
  if (kind === "branch") return label || "Case";
  const number = `${kind === "loop" ? "Round" : "Item"} ${index + 1}`;
  const says = label.toLowerCase().startsWith(number.toLowerCase());
  if (says) return label;
  return label === "" || label === `${index + 1}` ? number : `${number}: ${label}`;
}

/** Which pass of its container a task is part of, in words; null where it stands in none. */
export function passOf(task: Task | undefined, tasks: readonly Task[]): string | null {
  const scope = task?.scope ?? null;
  if (task === undefined || scope === null) return null;
  const container = tasks.find((each) => each.key === task.container);
  return scopeWord(scope, (container?.step_kind ?? null) as StepKind | null);
}

/** `work` becomes `Work`, `draft-and-check` becomes `Draft and check`. */
function titleOfKey(key: string): string {
  const words = (key.split("/").at(-1) ?? key).replaceAll(/[-_]+/g, " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** The tasks in an item: what is counted. A container's own row stands for what is in it, so it is left out. */
export function tasksIn(item: Item): Task[] {
  return item.type === "task" ? [item.task] : item.items.flatMap(tasksIn);
}

/** Where a task stands, as it is shown: amber is only for what waits for the operator. */
export function standingOf(task: Task): TaskStatus {
  if (task.status !== "waiting" || needsYou(task)) return task.status;
  return placeOf(task).kind === "wait" ? "pending" : "running";
}

const WEIGHT: readonly TaskStatus[] = [
  "waiting",
  "failed",
  "running",
  "paused",
  "pending",
  "cancelled",
  "completed",
  "skipped",
];

/** Where a group stands: as its own row says, else what of its tasks wants attention most. */
export function statusOf(item: Item): TaskStatus {
  if (item.task !== null) return standingOf(item.task);
  const inside = new Set(tasksIn(item).map(standingOf));
  return WEIGHT.find((status) => inside.has(status)) ?? "pending";
}
