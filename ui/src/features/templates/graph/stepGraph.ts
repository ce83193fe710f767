/** A template's steps as a graph: containers hold their blocks, blocks hold steps, needs are lines. */
import type { TemplateStepView } from "@/bindings/bindings";
import { type Edge, type Edges, withoutImplied } from "@/shared/graph/edges";
import { type Placed, placeItems } from "@/shared/graph/layout";

/** A step, or a block of a container that has more than one. */
export type GraphItem =
  | { type: "step"; id: string; step: TemplateStepView; items: readonly GraphItem[] }
  | { type: "block"; id: string; block: string; items: readonly GraphItem[] };

/** The items below each container, by its id; `""` is the template. */
export interface StepGraph {
  byId: ReadonlyMap<string, GraphItem>;
  placed: Placed;
}

/** The steps directly in a block of a container. */
function stepsIn(
  steps: readonly TemplateStepView[],
  container: string | null,
  block: string | null,
): GraphItem[] {
  return steps
    .filter(
      (step) =>
        step.container === container && (container === null || (step.block ?? null) === block),
    )
    .map((step) => ({ type: "step", id: step.id, step, items: inside(steps, step) }));
}

/** What a container holds: its steps, or where it has several blocks, one item for each. */
function inside(steps: readonly TemplateStepView[], container: TemplateStepView): GraphItem[] {
  const own = steps.filter((step) => step.container === container.id);
  const blocks = [...new Set(own.map((step) => step.block ?? null))];
  const only = blocks.length === 1 && (blocks[0] === null || blocks[0] === "each");
  if (blocks.length === 0) return [];
  if (only) return stepsIn(steps, container.id, blocks[0] ?? null);
  return blocks.map((block) => ({
    type: "block",
    id: `${container.id}#${block}`,
    block: block ?? "each",
    items: stepsIn(steps, container.id, block),
  }));
}

/** The lines between what stands side by side. A need that crosses a border is drawn at the level where both stand. */
function edgesOf(steps: readonly TemplateStepView[], items: readonly GraphItem[]): Edges {
  const path = new Map<string, readonly string[]>();
  const walk = (item: GraphItem, above: readonly string[]) => {
    path.set(item.id, [...above, item.id]);
    for (const each of item.items) walk(each, [...above, item.id]);
  };
  for (const item of items) walk(item, []);
  const found = new Map<string, Map<string, Edge>>();
  for (const step of steps) {
    for (const need of step.needs) {
      const [from, to] = [path.get(need) ?? [], path.get(step.id) ?? []];
      const depth = from.findIndex((id, index) => id !== to[index]);
      const [a, b] = [from[depth], to[depth]];
      if (a === undefined || b === undefined) continue;
      const level = from[depth - 1] ?? "";
      found.set(level, (found.get(level) ?? new Map()).set(`${a}→${b}`, { from: a, to: b }));
    }
  }
  return new Map([...found].map(([level, edges]) => [level, withoutImplied([...edges.values()])]));
}

/** The steps laid out from top to bottom. */
export function stepGraph(steps: readonly TemplateStepView[]): StepGraph {
  const top = stepsIn(steps, null, null);
  const byId = new Map<string, GraphItem>();
  const visit = (item: GraphItem) => {
    byId.set(item.id, item);
    for (const each of item.items) visit(each);
  };
  for (const item of top) visit(item);
  const placeable = (id: string) =>
    (id === "" ? top : (byId.get(id)?.items ?? [])).map((item) => ({
      id: item.id,
      open: item.items.length > 0,
    }));
  return { byId, placed: placeItems(placeable, edgesOf(steps, top), "down") };
}

/** Whether a picture says more than a list: where ways part or meet, or something stands in something else. */
export function isMoreThanALine(steps: readonly TemplateStepView[]): boolean {
  if (steps.some((step) => step.container !== null)) return true;
  const lines = edgesOf(steps, stepsIn(steps, null, null)).get("") ?? [];
  const once = (ids: readonly string[]) => new Set(ids).size === ids.length;
  return !once(lines.map(({ from }) => from)) || !once(lines.map(({ to }) => to));
}
