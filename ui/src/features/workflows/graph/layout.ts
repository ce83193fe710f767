/** Where everything of a run stands. The layout itself is shared with other graphs. */
import { type Direction, type LayoutCache, type Placed, placeItems } from "@/shared/graph/layout";
import { type Edges, itemsIn } from "./edges";
import type { TaskTree } from "./taskTree";

export {
  type Box,
  type Direction,
  type LayoutCache,
  NODE,
  type Placed,
  type PlacedEdge,
  type Point,
} from "@/shared/graph/layout";

/** Lays out what is visible: containers that are not in `folded` with what they hold. */
export function place(
  tree: TaskTree,
  edges: Edges,
  folded: ReadonlySet<string>,
  direction: Direction,
  cache: LayoutCache = new Map(),
): Placed {
  const inside = (id: string) =>
    itemsIn(tree, id).map((item) => ({
      id: item.id,
      open: item.type === "group" && !folded.has(item.id),
    }));
  return placeItems(inside, edges, direction, cache);
}
