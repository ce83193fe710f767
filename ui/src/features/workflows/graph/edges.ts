/**
 * What leads to what. A need that crosses the border of a container is drawn between what stands side by side: from
 * the container to the task beside it. A need that a longer way says already is not drawn, because it would only cross
 * other lines; the inspector names every need.
 */
import { type Edge, type Edges, withoutImplied } from "@/shared/graph/edges";
import type { Task } from "@/stores";
import { placeOf } from "./taskPlace";
import type { GroupItem, Item, TaskTree } from "./taskTree";

export type { Edges };

/** The edges that are drawn. */
export function edgesOf(tree: TaskTree, tasks: readonly Task[]): Edges {
  const found = new Map<string, Map<string, Edge>>();
  const add = (from: string, to: string) => {
    const edge = sideBySide(tree, from, to);
    if (edge === null) return;
    const level = found.get(edge.level) ?? new Map<string, Edge>();
    found.set(edge.level, level.set(`${edge.from}→${edge.to}`, { from: edge.from, to: edge.to }));
  };
  const resolve = resolver(tree, tasks);
  for (const task of tasks) {
    for (const need of task.needs) for (const from of resolve(need, task)) add(from, task.key);
  }
  for (const item of tree.byId.values()) {
    if (item.type === "group") for (const [from, to] of rounds(item)) add(from, to);
  }
  return new Map([...found].map(([level, edges]) => [level, withoutImplied([...edges.values()])]));
}

/** A need names a task or container by its key, or a step: in the same pass, or wherever it was done. */
function resolver(tree: TaskTree, tasks: readonly Task[]) {
  const byStep = new Map<string, Task[]>();
  for (const task of tasks) byStep.set(task.step, [...(byStep.get(task.step) ?? []), task]);
  return (need: string, task: Task): string[] => {
    if (tree.byId.has(need)) return [need];
    const done = byStep.get(need) ?? [];
    const here = placeOf(task);
    const near = done.filter((other) => {
      const there = placeOf(other);
      return there.parent === here.parent && there.scope?.index === here.scope?.index;
    });
    return (near.length > 0 ? near : done).map((other) => other.key);
  };
}

/** One round of a loop follows the other. */
function rounds(group: GroupItem): [string, string][] {
  if (group.kind !== "loop") return [];
  const inside = group.items.filter((item) => item.scope !== null);
  return inside.slice(1).map((item, index): [string, string] => [inside[index]?.id ?? "", item.id]);
}

/** The edge at the level where the ways to both ends part. None when one end stands in the other. */
function sideBySide(tree: TaskTree, from: string, to: string): (Edge & { level: string }) | null {
  const left = tree.paths.get(from) ?? [];
  const right = tree.paths.get(to) ?? [];
  const depth = left.findIndex((id, index) => id !== right[index]);
  const [a, b] = [left[depth], right[depth]];
  if (depth < 0 || a === undefined || b === undefined) return null;
  return { from: a, to: b, level: left[depth - 1] ?? "" };
}

/** The items below an item's id; for `""` those at the top. */
export function itemsIn(tree: TaskTree, id: string): readonly Item[] {
  if (id === "") return tree.items;
  const item = tree.byId.get(id);
  return item?.type === "group" ? item.items : [];
}
