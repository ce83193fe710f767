/**
 * Where everything stands. Each open container is laid out by itself and is then one box for the level above, so a
 * change inside one leaves the others as they were. Status and words have no say here: only what there is, what
 * leads to what and what is folded, so a run that goes on never moves what is being read.
 */
import { Graph, layout as layered } from "@dagrejs/dagre";
import type { Edge, Edges } from "./edges";

/** Something to be placed: a node, or a container with what it holds. */
export interface Placeable {
  id: string;
  /** Whether what it holds is laid out in it. */
  open: boolean;
}

/** Which way the work flows. */
export type Direction = "down" | "across";

export interface Point {
  x: number;
  y: number;
}

/** A place in pixels at full size; `x` and `y` are its corner. */
export interface Box extends Point {
  width: number;
  height: number;
}

export interface PlacedEdge extends Edge {
  points: readonly Point[];
}

export interface Placed {
  /** Every visible item by its id. */
  boxes: ReadonlyMap<string, Box>;
  edges: readonly PlacedEdge[];
  width: number;
  height: number;
}

export const NODE = { width: 240, height: 56 } as const;
const HEAD = 36;
const PAD = 12;
const GAP = { side: 20, rank: 44 } as const;
/** Loose tasks beyond this number stand in a block instead of a line. */
const LINE = 3;

/** Laid-out levels by everything that they depend on, so that only a level that changed is laid out again. */
export type LayoutCache = Map<string, Placed>;
const CACHE_SIZE = 400;

interface Child {
  id: string;
  width: number;
  height: number;
}

/** Lays out what is visible. `itemsIn` gives what stands directly in a container; in `""`, what stands outermost. */
export function placeItems(
  itemsIn: (id: string) => readonly Placeable[],
  edges: Edges,
  direction: Direction,
  cache: LayoutCache = new Map(),
): Placed {
  if (cache.size > CACHE_SIZE) cache.clear();
  const boxes = new Map<string, Box>();
  const drawn: PlacedEdge[] = [];
  const inside = new Map<string, Placed>();
  const measure = (item: Placeable): Child => {
    if (!item.open) return { id: item.id, ...NODE };
    const level = measureLevel(item.id);
    const width = Math.max(level.width + 2 * PAD, NODE.width);
    return { id: item.id, width, height: level.height + HEAD + PAD };
  };
  const measureLevel = (id: string): Placed => {
    const level = cachedLevel(itemsIn(id).map(measure), edges.get(id) ?? [], direction, cache);
    inside.set(id, level);
    return level;
  };
  const put = (id: string, at: Point) => {
    const level = inside.get(id);
    if (level === undefined) return;
    for (const [child, box] of level.boxes) {
      const corner = shifted(box, at);
      boxes.set(child, { ...box, ...corner });
      put(child, { x: corner.x + PAD, y: corner.y + HEAD });
    }
    for (const edge of level.edges) {
      drawn.push({ ...edge, points: edge.points.map((point) => shifted(point, at)) });
    }
  };
  const { width, height } = measureLevel("");
  put("", { x: 0, y: 0 });
  return { boxes, edges: drawn, width, height };
}

const shifted = (point: Point, by: Point): Point => ({ x: point.x + by.x, y: point.y + by.y });

function cachedLevel(
  children: readonly Child[],
  edges: readonly Edge[],
  direction: Direction,
  cache: LayoutCache,
): Placed {
  const key = JSON.stringify([direction, children, edges]);
  const known = cache.get(key);
  if (known !== undefined) return known;
  const level = layOut(children, edges, direction);
  cache.set(key, level);
  return level;
}

/** One level: what is joined in layers, what is loose beside it in a line or a block. */
function layOut(children: readonly Child[], edges: readonly Edge[], direction: Direction): Placed {
  const joined = new Set(edges.flatMap(({ from, to }) => [from, to]));
  const chain = layers(
    children.filter((child) => joined.has(child.id)),
    edges,
    direction,
  );
  const loose = block(
    children.filter((child) => !joined.has(child.id)),
    direction,
  );
  return beside(chain, loose, direction);
}

function layers(children: readonly Child[], edges: readonly Edge[], direction: Direction): Placed {
  const boxes = new Map<string, Box>();
  if (children.length === 0) return { boxes, edges: [], width: 0, height: 0 };
  const graph = new Graph();
  graph.setGraph({
    rankdir: direction === "down" ? "TB" : "LR",
    nodesep: GAP.side,
    ranksep: GAP.rank,
    edgesep: 12,
    // Boxes of one layer begin at one line, however much is in them.
    rankalign: "top",
    // The layers are decided below; the usual way would weigh them once more.
    ranker: "tight-tree",
  });
  // Backwards, because the layout puts what it hears of last to the left.
  for (const { id, width, height } of children.toReversed()) graph.setNode(id, { width, height });
  const layer = earliest(edges);
  for (const { from, to } of edges.toReversed()) {
    graph.setEdge(from, to, { minlen: Math.max(1, layer(to) - layer(from)) });
  }
  layered(graph);
  for (const { id, width, height } of children) {
    const { x = 0, y = 0 } = graph.node(id);
    boxes.set(id, { x: x - width / 2, y: y - height / 2, width, height });
  }
  const { width = 0, height = 0 } = graph.graph();
  const placed = edges.map((edge) => {
    const given: Point[] = graph.edge(edge.from, edge.to).points ?? [];
    return { ...edge, points: way(edge, given, boxes, direction) };
  });
  return { boxes, edges: placed, width, height };
}

/** The first layer in which an item can stand: what could begin early stands early. */
function earliest(edges: readonly Edge[]): (id: string) => number {
  const above = new Map<string, string[]>();
  for (const { from, to } of edges) above.set(to, [...(above.get(to) ?? []), from]);
  const known = new Map<string, number>();
  const layer = (id: string): number => {
    const found = known.get(id);
    if (found !== undefined) return found;
    // Items that need each other can't be; if they were, the second would end the search here.
    known.set(id, 0);
    const own = Math.max(-1, ...(above.get(id) ?? []).map(layer)) + 1;
    known.set(id, own);
    return own;
  };
  return layer;
}

/**
 * The way of an edge: straight past the boxes of a layer, and to the side only in the room between two layers, so
 * that it crosses no box. Of the points that the layout gives, every other one stands in such a room.
 */
function way(
  edge: Edge,
  given: readonly Point[],
  boxes: ReadonlyMap<string, Box>,
  direction: Direction,
): Point[] {
  const [from, to] = [boxes.get(edge.from), boxes.get(edge.to)];
  if (from === undefined || to === undefined) return [];
  const down = direction === "down";
  const along = (point: Point) => (down ? point.y : point.x);
  const aside = (point: Point) => (down ? point.x : point.y);
  const at = (side: number, length: number) =>
    down ? { x: side, y: length } : { x: length, y: side };
  const start = middle(from);
  const end = middle(to);
  const points = [at(aside(start), down ? from.y + from.height : from.x + from.width)];
  let side = aside(start);
  for (let index = 1; index < given.length - 1; index += 2) {
    const room = along(given[index] ?? end);
    const next = given[index + 1];
    const after = next === undefined || index + 2 >= given.length ? aside(end) : aside(next);
    points.push(at(side, room - GAP.rank / 2), at(after, room + GAP.rank / 2));
    side = after;
  }
  points.push(at(aside(end), down ? to.y : to.x));
  return points;
}

const middle = (box: Box): Point => ({ x: box.x + box.width / 2, y: box.y + box.height / 2 });

/** What nothing leads to: a line while it is short, a block where it is long. */
function block(children: readonly Child[], direction: Direction): Placed {
  const boxes = new Map<string, Box>();
  const count = children.length;
  const columns =
    count > LINE ? Math.ceil(Math.sqrt(0.9 * count)) : direction === "down" ? count : 1;
  const step = Math.max(0, ...children.map((child) => child.width)) + GAP.side;
  let [x, y, row] = [0, 0, 0];
  for (const [index, { id, width, height }] of children.entries()) {
    if (index > 0 && index % columns === 0) [x, y, row] = [0, y + row + GAP.side, 0];
    boxes.set(id, { x, y, width, height });
    row = Math.max(row, height);
    x += step;
  }
  const across = Math.min(count, columns) * step;
  return { boxes, edges: [], width: Math.max(0, across - GAP.side), height: y + row };
}

/** Puts the second beside the first, across the way that the work flows. */
function beside(first: Placed, second: Placed, direction: Direction): Placed {
  if (second.boxes.size === 0) return first;
  if (first.boxes.size === 0) return second;
  const at =
    direction === "down"
      ? { x: first.width + GAP.side, y: 0 }
      : { x: 0, y: first.height + GAP.side };
  const boxes = new Map(first.boxes);
  for (const [id, box] of second.boxes) boxes.set(id, { ...box, ...shifted(box, at) });
  return {
    boxes,
    edges: first.edges,
    width: Math.max(first.width, at.x + second.width),
    height: Math.max(first.height, at.y + second.height),
  };
}
