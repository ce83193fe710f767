/**
 * Zoom of the timeline: by wheel, by keys and buttons. What is under the pointer, or in the middle, stays where it is.
 * The wheel zooms; it scrolls the lanes where there are more of them than fit.
 */
import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";
import type { Scale } from "./scale";

export const ZOOM = { step: 1.5, max: 400 } as const;
const PER_WHEEL_PIXEL = 1.003;
const LINE = 16;

export interface Zoom {
  zoom: number;
  zoomBy: (factor: number) => void;
  fit: () => void;
  /** Tells the scale that is drawn, so that the place can be kept. */
  keepPlace: (scale: Scale) => void;
}

/** The zoom of what scrolls in `scroller`; `head` is the width of what does not scroll at its left. */
export function useZoom(scroller: RefObject<HTMLDivElement | null>, head: number): Zoom {
  const [zoom, setZoom] = useState(1);
  const drawn = useRef<Scale | null>(null);
  /** The time to keep, and the pixel of the track to keep it at. */
  const anchor = useRef<{ time: number; at: number } | null>(null);

  const zoomAt = useCallback(
    (factor: number, at: number) => {
      const left = scroller.current?.scrollLeft ?? 0;
      if (drawn.current !== null) anchor.current = { time: drawn.current.time(left + at), at };
      setZoom((known) => Math.min(ZOOM.max, Math.max(1, known * factor)));
    },
    [scroller],
  );
  useWheelZoom(scroller, head, zoomAt);
  const keepPlace = useCallback(
    (scale: Scale) => {
      drawn.current = scale;
      const keep = anchor.current;
      anchor.current = null;
      if (keep !== null && scroller.current !== null) {
        scroller.current.scrollLeft = scale.x(keep.time) - keep.at;
      }
    },
    [scroller],
  );
  return {
    zoom,
    zoomBy: (factor) => zoomAt(factor, ((scroller.current?.clientWidth ?? head) - head) / 2),
    fit: () => setZoom(1),
    keepPlace,
  };
}

function useWheelZoom(
  scroller: RefObject<HTMLDivElement | null>,
  head: number,
  zoomAt: (factor: number, at: number) => void,
): void {
  useEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    const onWheel = (event: WheelEvent) => {
      const meant = event.ctrlKey || event.metaKey;
      const sideways = event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY);
      const overflows = element.scrollHeight > element.clientHeight + 1;
      if (!meant && (sideways || overflows)) return;
      event.preventDefault();
      const unit = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? LINE : 1;
      const at = event.clientX - element.getBoundingClientRect().left - head;
      zoomAt(PER_WHEEL_PIXEL ** (-event.deltaY * unit), Math.max(0, at));
    };
    element.addEventListener("wheel", onWheel, { passive: false });
    return () => element.removeEventListener("wheel", onWheel);
  }, [scroller, head, zoomAt]);
}

/** The width of an element, as it changes. */
export function useWidth(element: RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const found = element.current;
    if (found === null) return;
    const measure = () => setWidth(found.clientWidth);
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(found);
    return () => observer.disconnect();
  }, [element]);
  return width;
}
