// Keeps the focus of the page and the row that J and K have reached the same thing, so that Enter and the
// visible focus never speak of different rows.

import { type RefObject, useEffect, useRef } from "react";

/** Ref for a row's button or link; it takes the focus when `active` becomes true, unless somebody types. */
export function useRowFocus<T extends HTMLElement>(active: boolean): RefObject<T | null> {
  const row = useRef<T>(null);
  useEffect(() => {
    if (!active || row.current === document.activeElement) return;
    if (document.activeElement?.matches("input, textarea, select")) return;
    row.current?.focus({ preventScroll: true });
    row.current?.scrollIntoView({ block: "nearest" });
  }, [active]);
  return row;
}
