// A template's steps as a picture. It only shows: the list beside it says the same in words, and is what is read aloud.

import { memo, useMemo } from "react";
import type { TemplateStepView } from "@/bindings/bindings";
import type { Box } from "@/shared/graph/layout";
import { arrow, curve } from "@/shared/graph/lines";
import { agentWord, blockWord, kindWord } from "../templateWords";
import { type GraphItem, stepGraph } from "./stepGraph";

const PLACE = "absolute top-0 left-0";

const at = ({ x, y, width, height }: Box) => ({
  transform: `translate(${x}px, ${y}px)`,
  width,
  height,
});

function Container({ item, box }: { item: GraphItem; box: Box }) {
  const title = item.type === "step" ? item.step.title : blockWord(item.block);
  const kind = item.type === "step" ? kindWord(item.step.kind) : null;
  return (
    <div className={`${PLACE} rounded-lg border border-line/70 bg-rail`} style={at(box)}>
      <p className="flex h-9 items-center gap-2 px-3">
        <span className="min-w-0 truncate font-medium text-ink" title={title}>
          {title}
        </span>
        {kind === null ? null : <span className="shrink-0 text-note text-ink-3">{kind}</span>}
      </p>
    </div>
  );
}

function Node({ step, box }: { step: TemplateStepView; box: Box }) {
  return (
    <div
      className={`${PLACE} flex flex-col justify-center rounded-md border border-line bg-field px-3`}
      style={at(box)}
    >
      <span className="truncate text-ink" title={step.title}>
        {step.title}
      </span>
      <span className="truncate text-note text-ink-3">
        {agentWord(step) ?? kindWord(step.kind)}
      </span>
    </div>
  );
}

/** The picture, in its full size; where it is wider than the room it scrolls. */
export const TemplateGraph = memo(function TemplateGraph({
  steps,
}: {
  steps: readonly TemplateStepView[];
}) {
  const { byId, placed } = useMemo(() => stepGraph(steps), [steps]);
  const { width, height } = placed;
  const boxes = [...placed.boxes].flatMap(([id, box]) => {
    const item = byId.get(id);
    return item === undefined ? [] : [{ item, box }];
  });
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section aria-label="Graph of the steps" tabIndex={0} className="overflow-x-auto rounded-md">
      <div aria-hidden="true" className="relative my-1" style={{ width, height }}>
        {boxes.map(({ item, box }) =>
          item.type === "block" || item.items.length > 0 ? (
            <Container key={item.id} item={item} box={box} />
          ) : (
            <Node key={item.id} step={item.step} box={box} />
          ),
        )}
        <svg
          aria-hidden="true"
          className={`pointer-events-none ${PLACE} overflow-visible stroke-line-strong`}
          width={width}
          height={height}
          fill="none"
        >
          {placed.edges.map((edge) => {
            const end = edge.points.at(-1);
            return (
              <g key={`${edge.from}→${edge.to}`}>
                <path d={curve(edge.points, "down")} strokeWidth={1.25} />
                {end === undefined ? null : <path d={arrow(end, "down")} strokeWidth={1.25} />}
              </g>
            );
          })}
        </svg>
      </div>
    </section>
  );
});
