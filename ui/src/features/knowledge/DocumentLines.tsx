// The text of a document line by line. Only the lines in sight are in the page, however long the document is.

import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useMemo, useRef } from "react";
import { cx } from "@/shared/lib/cx";

export interface LineRange {
  /** First line, from 1. */
  from: number;
  /** Last line, inclusive. */
  to: number;
}

interface Props {
  text: string;
  label: string;
  range: LineRange | null;
}

/** Lines shown above the marked ones. */
const CONTEXT = 4;

/** The lines of a text; an ending line break does not begin another line. */
export function linesOf(text: string): string[] {
  const lines = text.split(/\r\n|\n|\r/);
  if (lines.length > 1 && lines.at(-1) === "") lines.pop();
  return lines;
}

/** Numbered lines, with a range marked and brought into view. */
export function DocumentLines({ text, label, range }: Props) {
  const lines = useMemo(() => linesOf(text), [text]);
  const view = useRef<HTMLElement>(null);
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => view.current,
    estimateSize: () => 22,
    overscan: 20,
    // Where nothing is laid out, rows are shown as if there were room.
    initialRect: { width: 800, height: 800 },
  });
  const first = range === null ? -1 : Math.min(range.from, lines.length) - 1;

  useEffect(() => {
    view.current?.focus({ preventScroll: true });
    if (first >= 0) virtual.scrollToIndex(Math.max(0, first - CONTEXT), { align: "start" });
  }, [first, virtual]);

  const digits = String(lines.length).length;
  return (
    <section
      ref={view}
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
      tabIndex={0}
      className="min-h-0 flex-1 overflow-y-auto font-mono text-ui focus-visible:shadow-[inset_0_2px_0_var(--accent)] focus-visible:outline-none"
    >
      <div className="relative my-3" style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map((row) => {
          const number = row.index + 1;
          const marked = range !== null && number >= range.from && number <= range.to;
          return (
            <div
              key={row.key}
              ref={virtual.measureElement}
              data-index={row.index}
              data-line={number}
              data-marked={marked || undefined}
              className={cx(
                "absolute top-0 left-0 flex w-full border-l-2 pr-6 leading-5.5",
                marked ? "border-accent bg-selected" : "border-transparent",
              )}
              style={{ transform: `translateY(${row.start}px)` }}
            >
              <span
                className="tabular shrink-0 pr-4 pl-5 text-right text-ink-3 select-none"
                style={{ minWidth: `calc(${digits}ch + 36px)` }}
              >
                {number}
              </span>
              <span className="min-w-0 flex-1 break-words whitespace-pre-wrap text-ink select-text">
                {lines[row.index] || " "}
              </span>
            </div>
          );
        })}
      </div>
    </section>
  );
}
