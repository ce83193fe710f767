/** Which part of the graph is seen and how large. Pure sums, and a small holder that tells of changes without drawing anew. */
import type { Box, Point } from "./layout";

/** Where the graph's corner stands in the pane, in pixels, and the size of a pixel of the graph. */
export interface View extends Point {
  scale: number;
}

export interface Size {
  width: number;
  height: number;
}

export const SCALES = { min: 0.1, max: 1.6 } as const;
const MARGIN = 24;
/** Smaller than this, words can't be read. */
const LEGIBLE = 0.6;

const within = (value: number, min: number, max: number) => Math.min(max, Math.max(min, value));

/** The same view at another size; what is under `point` of the pane stays there. */
export function zoomedAt(view: View, point: Point, wanted: number): View {
  const scale = within(wanted, SCALES.min, SCALES.max);
  const by = scale / view.scale;
  return {
    x: point.x - (point.x - view.x) * by,
    y: point.y - (point.y - view.y) * by,
    scale,
  };
}

/** Everything in the middle of the pane, never larger than it is. */
export function fitted(content: Size, pane: Size): View {
  const across = (pane.width - 2 * MARGIN) / Math.max(1, content.width);
  const down = (pane.height - 2 * MARGIN) / Math.max(1, content.height);
  const scale = within(Math.min(across, down), SCALES.min, 1);
  return {
    x: (pane.width - content.width * scale) / 2,
    y: (pane.height - content.height * scale) / 2,
    scale,
  };
}

/** The first view: everything where that can be read, else what matters now at a size that can. */
export function opening(content: Size, pane: Size, about: Box | null): View {
  const whole = fitted(content, pane);
  if (whole.scale >= LEGIBLE || about === null) return whole;
  const scale = LEGIBLE + 0.2;
  const along = (corner: number, size: number, all: number, room: number) =>
    all * scale <= room - 2 * MARGIN
      ? (room - all * scale) / 2
      : within(room / 2 - (corner + size / 2) * scale, room - MARGIN - all * scale, MARGIN);
  return {
    x: along(about.x, about.width, content.width, pane.width),
    y: along(about.y, about.height, content.height, pane.height),
    scale,
  };
}

/** The view moved as little as is needed for `box` to be seen; the same view if it is. */
export function revealed(view: View, box: Box, pane: Size): View {
  const along = (start: number, corner: number, size: number, room: number) => {
    const near = start + corner * view.scale;
    const far = near + size * view.scale;
    if (near >= MARGIN && far <= room - MARGIN) return start;
    return near < MARGIN ? start + MARGIN - near : start + room - MARGIN - far;
  };
  const x = along(view.x, box.x, box.width, pane.width);
  const y = along(view.y, box.y, Math.min(box.height, pane.height / view.scale / 2), pane.height);
  return x === view.x && y === view.y ? view : { ...view, x, y };
}

/** Below this size nodes show only where they stand and their title: the rest could not be read, but would be drawn. */
export const FAR = 0.45;

export interface ViewHolder {
  get: () => View;
  /** `glide` asks for a short movement instead of a jump. */
  set: (view: View, glide?: boolean) => void;
  subscribe: (listener: (view: View, glide: boolean) => void) => () => void;
}

/** Holds the view apart from React: panning moves one layer and draws nothing anew. */
export function holdView(): ViewHolder {
  let view: View = { x: 0, y: 0, scale: 1 };
  const listeners = new Set<(view: View, glide: boolean) => void>();
  return {
    get: () => view,
    set: (next, glide = false) => {
      if (next === view) return;
      view = next;
      for (const listener of listeners) listener(view, glide);
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
