import { type KeyboardEvent, type PointerEvent, type ReactNode, useRef, useState } from "react";
import { isNumber, keep, readKept } from "../lib/keep";

export interface SplitterProps {
  /** Name that the size is remembered by. */
  name: string;
  /** What the panel holds, for those who hear it. */
  label: string;
  /** What takes the rest of the width. */
  children: ReactNode;
  /** The panel at the right; null gives all the width to the rest. */
  panel: ReactNode | null;
  /** Widths of the panel in pixels. */
  initial?: number;
  min?: number;
  max?: number;
}

const STEP = 16;

/** Two panes with a bar between them that can be dragged, or moved with the arrow keys. The size is remembered. */
export function Splitter({
  name,
  label,
  children,
  panel,
  initial = 380,
  min = 280,
  max = 720,
}: SplitterProps) {
  const key = `panel.${name}`;
  const clamp = (value: number) => Math.round(Math.min(max, Math.max(min, value)));
  const [width, setWidth] = useState(() => clamp(readKept(key, isNumber) ?? initial));
  const drag = useRef<{ x: number; width: number } | null>(null);

  const resize = (next: number) => {
    setWidth(clamp(next));
    keep(key, clamp(next));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const next = { ArrowLeft: width + STEP, ArrowRight: width - STEP, Home: max, End: min }[
      event.key
    ];
    if (next === undefined) return;
    event.preventDefault();
    resize(next);
  };
  const onPointerMove = (event: PointerEvent) => {
    if (drag.current) resize(drag.current.width + drag.current.x - event.clientX);
  };

  return (
    <div className="flex h-full min-h-0 min-w-0 flex-1">
      <div className="h-full min-w-0 flex-1">{children}</div>
      {panel === null ? null : (
        <>
          {/* biome-ignore lint/a11y/useSemanticElements: a separator that can be moved is not a rule between texts. */}
          <div
            role="separator"
            tabIndex={0}
            aria-orientation="vertical"
            aria-label={`Width of ${label}`}
            aria-valuenow={width}
            aria-valuemin={min}
            aria-valuemax={max}
            onKeyDown={onKeyDown}
            onPointerDown={(event) => {
              drag.current = { x: event.clientX, width };
              event.currentTarget.setPointerCapture(event.pointerId);
            }}
            onPointerMove={onPointerMove}
            onPointerUp={() => {
              drag.current = null;
            }}
            className="relative z-10 -mx-1 w-2 shrink-0 cursor-col-resize before:absolute before:inset-y-0 before:left-1/2 before:w-px before:bg-line before:transition-colors hover:before:bg-line-strong focus-visible:outline-none focus-visible:before:w-0.5 focus-visible:before:bg-accent"
          />
          <aside aria-label={label} className="h-full shrink-0 overflow-hidden" style={{ width }}>
            {panel}
          </aside>
        </>
      )}
    </div>
  );
}
