import { useVirtualizer } from "@tanstack/react-virtual";
import { type ReactNode, useEffect, useRef } from "react";
import { cx } from "../lib/cx";

export interface VirtualListProps<T> {
  /** What the list holds, for those who hear it. */
  label: string;
  items: readonly T[];
  itemKey: (item: T) => string | number;
  /** One row. It should fill its width and may be of any height. */
  children: (item: T, index: number) => ReactNode;
  /** Expected height of a row in pixels. */
  estimate?: number;
  /** Row to keep in view, for example the one that J and K have reached. */
  activeIndex?: number;
  /** Called when the end comes near, to load more. */
  onEnd?: () => void;
  className?: string;
}

/** A list of any length that keeps only the visible rows in the page. It scrolls by itself and fills its parent. */
export function VirtualList<T>({
  label,
  items,
  itemKey,
  children,
  estimate = 32,
  activeIndex,
  onEnd,
  className,
}: VirtualListProps<T>) {
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => estimate,
    getItemKey: (index) => {
      const item = items[index];
      return item === undefined ? index : itemKey(item);
    },
    overscan: 8,
    // Before the first layout, and where nothing is laid out, rows are shown as if there were room.
    initialRect: { width: 800, height: 800 },
  });

  useEffect(() => {
    if (activeIndex !== undefined && activeIndex >= 0) virtual.scrollToIndex(activeIndex);
  }, [activeIndex, virtual]);

  const rows = virtual.getVirtualItems();
  const last = rows[rows.length - 1]?.index ?? -1;
  useEffect(() => {
    if (last >= 0 && last >= items.length - 5) onEnd?.();
  }, [last, items.length, onEnd]);

  return (
    <div ref={scroller} className={cx("h-full overflow-y-auto", className)}>
      {/* biome-ignore lint/a11y/useSemanticElements: rows are placed absolutely, which a list element would not change. */}
      <div
        role="list"
        aria-label={label}
        className="relative"
        style={{ height: virtual.getTotalSize() }}
      >
        {rows.map((row) => {
          const item = items[row.index];
          return item === undefined ? null : (
            // biome-ignore lint/a11y/useSemanticElements: see above.
            <div
              key={row.key}
              role="listitem"
              aria-setsize={items.length}
              aria-posinset={row.index + 1}
              data-index={row.index}
              ref={virtual.measureElement}
              className="absolute top-0 left-0 w-full"
              style={{ transform: `translateY(${row.start}px)` }}
            >
              {children(item, row.index)}
            </div>
          );
        })}
      </div>
    </div>
  );
}
