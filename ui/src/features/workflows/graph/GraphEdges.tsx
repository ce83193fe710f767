// The lines of the graph. A line is strong once what it leads from is done, and takes the accent where it touches the
// selected task.

import { memo } from "react";
import { arrow, curve } from "@/shared/graph/lines";
import type { Direction, PlacedEdge } from "./layout";
import { type Item, statusOf } from "./taskTree";

interface Props {
  edges: readonly PlacedEdge[];
  byId: ReadonlyMap<string, Item>;
  direction: Direction;
  width: number;
  height: number;
  /** The selected item and those around it. */
  lit: ReadonlySet<string>;
}

/** All lines; the lit ones last, so that they lie above. */
export const GraphEdges = memo(function GraphEdges(props: Props) {
  const { edges, byId, direction, width, height, lit } = props;
  const isLit = ({ from, to }: PlacedEdge) => lit.has(from) || lit.has(to);
  const ordered = [...edges].sort((a, b) => Number(isLit(a)) - Number(isLit(b)));
  return (
    <svg
      aria-hidden="true"
      className="pointer-events-none absolute top-0 left-0 z-1 overflow-visible"
      width={width}
      height={height}
      fill="none"
    >
      {ordered.map((edge) => {
        const from = byId.get(edge.from);
        const done = from !== undefined && statusOf(from) === "completed";
        const tone = isLit(edge)
          ? "stroke-accent"
          : done
            ? "stroke-ink-3"
            : "stroke-line-strong/60";
        const end = edge.points.at(-1);
        return (
          <g key={`${edge.from}→${edge.to}`} className={`${tone} animate-appear`}>
            <path
              d={curve(edge.points, direction)}
              strokeWidth={1.25}
              strokeDasharray={done ? undefined : "4 4"}
              vectorEffect="non-scaling-stroke"
            />
            {end === undefined ? null : <path d={arrow(end, direction)} strokeWidth={1.25} />}
          </g>
        );
      })}
    </svg>
  );
});
