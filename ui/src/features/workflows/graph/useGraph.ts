/** From tasks to what is drawn: tree, edges, folds and places, each made anew only when what it depends on changed. */
import { useCallback, useMemo, useRef, useState } from "react";
import { keep, readKept } from "@/shared/lib/keep";
import type { Task } from "@/stores";
import { edgesOf } from "./edges";
import { allFolded, type FoldWishes, foldedOf } from "./folding";
import { type Direction, type LayoutCache, type Placed, place } from "./layout";
import { taskTree } from "./taskTree";

const DIRECTION_KEY = "graph.direction";
const isDirection = (value: unknown): value is Direction => value === "down" || value === "across";

/** Everything of the graph but the view on it. */
export function useGraph(tasks: readonly Task[]) {
  const [direction, setDirection] = useState<Direction>(
    () => readKept(DIRECTION_KEY, isDirection) ?? "down",
  );
  const [wishes, setWishes] = useState<FoldWishes>(new Map());
  const cache = useRef<LayoutCache>(new Map());
  const before = useRef<{ form: string; placed: Placed } | null>(null);

  const tree = useMemo(() => taskTree(tasks), [tasks]);
  const folded = useMemo(() => foldedOf(tree, wishes), [tree, wishes]);
  const placed = useMemo(() => {
    const edges = edgesOf(tree, tasks);
    const form = JSON.stringify([direction, [...tree.paths], [...edges], [...folded]]);
    if (before.current?.form !== form) {
      before.current = { form, placed: place(tree, edges, folded, direction, cache.current) };
    }
    return before.current.placed;
  }, [tree, tasks, folded, direction]);

  const toggle = useCallback(
    (id: string) => setWishes((known) => new Map(known).set(id, !folded.has(id))),
    [folded],
  );
  const turn = useCallback(() => {
    const next = direction === "down" ? "across" : "down";
    keep(DIRECTION_KEY, next);
    setDirection(next);
  }, [direction]);
  const foldAll = useCallback((fold: boolean) => setWishes(allFolded(tree, fold)), [tree]);
  return { tree, folded, placed, direction, toggle, turn, foldAll };
}
