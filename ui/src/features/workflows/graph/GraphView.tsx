// The run as a graph: tasks, what leads to what, and containers that fold. It is a list to those who hear it: every
// node is a button that says what it is, where it stands and what it builds on, in working order.
//
// Drawn here and not by a canvas library: the window freezes the prototype of objects, which the usual one can't bear.

import { type KeyboardEvent, useCallback, useLayoutEffect, useMemo, useRef, useState } from "react";
import { useKeys } from "@/shared/lib/keys";
import { EmptyState } from "@/shared/ui/EmptyState";
import type { Task } from "@/stores";
import { GraphControls, ZOOM_STEP } from "./GraphControls";
import { GraphEdges } from "./GraphEdges";
import { GraphItems } from "./GraphItems";
import type { Box } from "./layout";
import { isArrow, neighbour } from "./neighbours";
import { standingOf, type TaskTree } from "./taskTree";
import { useGraph } from "./useGraph";
import { useViewport, type Viewport } from "./useViewport";

interface Props {
  /** In working order. */
  tasks: readonly Task[];
  selectedId: number | null;
  onOpen: (taskId: number) => void;
}

/** What the view should be about where not everything can be read: what needs somebody, failed or is under way. */
function matters(tasks: readonly Task[], boxes: ReadonlyMap<string, Box>): Box | null {
  for (const status of ["waiting", "failed", "running"]) {
    const task = tasks.find((each) => standingOf(each) === status && boxes.has(each.key));
    if (task !== undefined) return boxes.get(task.key) ?? null;
  }
  return [...boxes.values()][0] ?? null;
}

/** The visible item that shows an item: itself, or the outermost folded container around it. */
function shown(tree: TaskTree, boxes: ReadonlyMap<string, Box>, id: string): string | undefined {
  return tree.paths.get(id)?.findLast((each) => boxes.has(each));
}

/** Keeps the place of what is selected or reached when the layout changes around it. */
function useAnchor(boxes: ReadonlyMap<string, Box>, anchor: string | undefined, view: Viewport) {
  const before = useRef(boxes);
  useLayoutEffect(() => {
    const known = before.current;
    before.current = boxes;
    if (known === boxes || anchor === undefined) return;
    const [was, is] = [known.get(anchor), boxes.get(anchor)];
    if (was !== undefined && is !== undefined) view.follow({ x: is.x - was.x, y: is.y - was.y });
  });
}

/** The keys of the graph: arrows between neighbours, J and K in working order. Gives the item that Tab reaches. */
function useReach(boxes: ReadonlyMap<string, Box>, view: Viewport) {
  const [reached, setReached] = useState<string | null>(null);
  const ids = [...boxes.keys()];
  const current = reached !== null && boxes.has(reached) ? reached : ids[0];
  const go = (id: string | null | undefined) => {
    const node = view.pane.current?.querySelector<HTMLElement>(
      `[data-id="${CSS.escape(id ?? "")}"]`,
    );
    node?.focus({ preventScroll: true });
  };
  const step = (by: number) => {
    const index = reached === null ? -1 : ids.indexOf(reached);
    go(ids[Math.min(ids.length - 1, Math.max(0, index + by))]);
  };
  useKeys([
    { keys: "j", label: "Next task", run: () => step(1) },
    { keys: "k", label: "Previous task", run: () => step(-1) },
    { keys: "0", label: "Show the whole graph", run: view.fit },
    { keys: "+", label: "Larger", run: () => view.zoomBy(ZOOM_STEP) },
    { keys: "-", label: "Smaller", run: () => view.zoomBy(1 / ZOOM_STEP) },
  ]);
  const onKeyDown = (event: KeyboardEvent) => {
    if (!isArrow(event.key) || event.altKey || event.ctrlKey || event.metaKey) return;
    const from = (event.target as Element).closest<HTMLElement>("[data-id]")?.dataset.id;
    if (from === undefined) return;
    event.preventDefault();
    go(neighbour(boxes, from, event.key));
  };
  return { current, setReached, onKeyDown };
}

/** The graph of a run. It fills its parent. */
export function GraphView(props: Props) {
  // The drawing begins with its first task: what watches its pane needs the pane to be there.
  return props.tasks.length === 0 ? (
    <EmptyState title="No tasks yet">The first task appears when the workflow starts.</EmptyState>
  ) : (
    <Drawing {...props} />
  );
}

function Drawing({ tasks, selectedId, onOpen }: Props) {
  const graph = useGraph(tasks);
  const { tree, placed, folded } = graph;
  const { boxes } = placed;
  const view = useViewport(placed, matters(tasks, boxes));
  const { current, setReached, onKeyDown } = useReach(boxes, view);
  const selected = tasks.find((task) => task.id === selectedId)?.key;
  const at = selected === undefined ? undefined : shown(tree, boxes, selected);
  useAnchor(boxes, at ?? current, view);
  const lit = useMemo(
    () => new Set(selected === undefined ? [] : tree.paths.get(selected)),
    [tree, selected],
  );

  const latest = useRef({ tree, boxes, view, onOpen });
  useLayoutEffect(() => {
    latest.current = { tree, boxes, view, onOpen };
  });
  const reach = useCallback(
    (id: string) => {
      setReached(id);
      const box = latest.current.boxes.get(id);
      if (box !== undefined) latest.current.view.reveal(box);
    },
    [setReached],
  );
  const open = useCallback((id: string) => {
    const item = latest.current.tree.byId.get(id);
    if (item?.task) latest.current.onOpen(item.task.id);
  }, []);

  const groups = [...tree.byId.values()].filter((item) => item.type === "group");
  const folding =
    groups.length === 0 ? "none" : groups.every(({ id }) => folded.has(id)) ? "folded" : "open";
  return (
    <div className="relative h-full">
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the arrows move between the buttons in it; the ground is only dragged. */}
      <div
        ref={view.pane}
        {...view.drag}
        onKeyDown={onKeyDown}
        className="relative h-full cursor-grab touch-none overflow-clip active:cursor-grabbing"
      >
        <div
          ref={view.layer}
          className="group/layer absolute top-0 left-0 origin-top-left transition-transform"
        >
          <GraphItems
            tasks={tasks}
            tree={tree}
            placed={placed}
            folded={folded}
            selected={selected}
            current={current}
            onOpen={open}
            onToggle={graph.toggle}
            onReach={reach}
          >
            <GraphEdges
              edges={placed.edges}
              byId={tree.byId}
              direction={graph.direction}
              width={placed.width}
              height={placed.height}
              lit={lit}
            />
          </GraphItems>
        </div>
      </div>
      <GraphControls
        holder={view.holder}
        direction={graph.direction}
        folding={folding}
        onZoom={view.zoomBy}
        onFit={view.fit}
        onTurn={graph.turn}
        onFoldAll={graph.foldAll}
      />
    </div>
  );
}
