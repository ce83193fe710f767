/**
 * Panning and zooming by wheel, pointer and buttons. Until somebody moves the view, it keeps everything in sight as the
 * graph grows and the pane changes; from then on it stays where it was put.
 */
import { type PointerEvent, type RefObject, useCallback, useEffect, useRef, useState } from "react";
import type { Box, Point } from "./layout";
import {
  FAR,
  fitted,
  holdView,
  opening,
  revealed,
  type Size,
  type ViewHolder,
  zoomedAt,
} from "./viewport";

export interface Viewport {
  pane: RefObject<HTMLDivElement | null>;
  layer: RefObject<HTMLDivElement | null>;
  holder: ViewHolder;
  /** Shows everything. */
  fit: () => void;
  /** Zooms around the middle. */
  zoomBy: (factor: number) => void;
  /** Moves as little as is needed for a box to be seen. */
  reveal: (box: Box) => void;
  /** Moves along with something that the layout has moved, once the operator has chosen a view. */
  follow: (by: Point) => void;
  /** Handlers of the pane. */
  drag: ReturnType<typeof useDrag>;
}

const PER_WHEEL_PIXEL = 1.0018;
/** A wheel that counts in lines: the height of one. */
const LINE = 16;

/** The view on `content`; `about` is what matters now, for a graph that is too large to be read as a whole. */
export function useViewport(content: Size, about: Box | null): Viewport {
  const pane = useRef<HTMLDivElement>(null);
  const layer = useRef<HTMLDivElement>(null);
  const [holder] = useState(holdView);
  const touched = useRef(false);
  const latest = useRef({ content, about });
  useEffect(() => {
    latest.current = { content, about };
  });

  const room = useCallback((): Size => {
    const { clientWidth: width = 0, clientHeight: height = 0 } = pane.current ?? {};
    return { width, height };
  }, []);
  const home = useCallback(
    (glide: boolean) => {
      const { content, about } = latest.current;
      if (!touched.current) holder.set(opening(content, room(), about), glide);
    },
    [holder, room],
  );

  useLayer(holder, layer);
  useEffect(() => {
    if (pane.current === null) return;
    const observer = new ResizeObserver(() => home(false));
    observer.observe(pane.current);
    return () => observer.disconnect();
  }, [home]);
  const first = useRef(true);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the size of the content is what asks for a new view.
  useEffect(() => {
    home(!first.current);
    first.current = false;
  }, [home, content.width, content.height]);
  const touch = useCallback(() => {
    touched.current = true;
  }, []);
  useWheel(pane, holder, touch);

  return {
    pane,
    layer,
    holder,
    fit: () => {
      touched.current = false;
      holder.set(fitted(content, room()), true);
    },
    zoomBy: (factor) => {
      touch();
      const { width, height } = room();
      const view = holder.get();
      holder.set(zoomedAt(view, { x: width / 2, y: height / 2 }, view.scale * factor), true);
    },
    reveal: (box) => {
      const next = revealed(holder.get(), box, room());
      if (next !== holder.get()) touch();
      holder.set(next, true);
    },
    follow: ({ x, y }) => {
      const view = holder.get();
      if (touched.current) {
        holder.set({ ...view, x: view.x - x * view.scale, y: view.y - y * view.scale }, true);
      }
    },
    drag: useDrag(holder, touch),
  };
}

/** Writes the view to the layer, past React. From afar nodes show only what can still be told apart. */
function useLayer(holder: ViewHolder, layer: RefObject<HTMLDivElement | null>): void {
  useEffect(
    () =>
      holder.subscribe(({ x, y, scale }, glide) => {
        if (layer.current === null) return;
        layer.current.style.transitionDuration = glide ? "160ms" : "0ms";
        layer.current.style.transform = `translate(${x}px, ${y}px) scale(${scale})`;
        layer.current.toggleAttribute("data-far", scale < FAR);
      }),
    [holder, layer],
  );
}

/** The wheel moves; with Ctrl or ⌘, which is also what a pinch sends, it zooms at the pointer. */
function useWheel(
  pane: RefObject<HTMLDivElement | null>,
  holder: ViewHolder,
  touch: () => void,
): void {
  useEffect(() => {
    const element = pane.current;
    if (element === null) return;
    const onWheel = (event: WheelEvent) => {
      event.preventDefault();
      touch();
      const view = holder.get();
      const unit = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? LINE : 1;
      const by = { x: event.deltaX * unit, y: event.deltaY * unit };
      if (event.ctrlKey || event.metaKey) {
        const corner = element.getBoundingClientRect();
        const point = { x: event.clientX - corner.left, y: event.clientY - corner.top };
        holder.set(zoomedAt(view, point, view.scale * PER_WHEEL_PIXEL ** -by.y));
        return;
      }
      const sideways = event.shiftKey && by.x === 0;
      const x = view.x - (sideways ? by.y : by.x);
      holder.set({ ...view, x, y: view.y - (sideways ? 0 : by.y) });
    };
    element.addEventListener("wheel", onWheel, { passive: false });
    return () => element.removeEventListener("wheel", onWheel);
  }, [pane, holder, touch]);
}

/** Dragging the ground moves the view. What can be pressed keeps its press. */
function useDrag(holder: ViewHolder, touch: () => void) {
  const last = useRef<Point | null>(null);
  return {
    onPointerDown: (event: PointerEvent<HTMLDivElement>) => {
      const onControl = event.target instanceof Element && event.target.closest("button") !== null;
      if (event.button > 1 || (event.button === 0 && onControl)) return;
      last.current = { x: event.clientX, y: event.clientY };
      event.currentTarget.setPointerCapture(event.pointerId);
    },
    onPointerMove: (event: PointerEvent<HTMLDivElement>) => {
      if (last.current === null) return;
      touch();
      const view = holder.get();
      const x = view.x + event.clientX - last.current.x;
      const y = view.y + event.clientY - last.current.y;
      last.current = { x: event.clientX, y: event.clientY };
      holder.set({ ...view, x, y });
    },
    onPointerUp: () => {
      last.current = null;
    },
    onPointerCancel: () => {
      last.current = null;
    },
  };
}
