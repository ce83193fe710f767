/** Where an arrow key leads: to the nearest box on that side, with boxes straight ahead before those to the side. */
import type { Box } from "./layout";

export type Arrow = "ArrowUp" | "ArrowDown" | "ArrowLeft" | "ArrowRight";

export const isArrow = (key: string): key is Arrow =>
  key === "ArrowUp" || key === "ArrowDown" || key === "ArrowLeft" || key === "ArrowRight";

/** How much further something seems for each pixel that it is off to the side. */
const ASIDE = 2.5;

/** The id that `arrow` leads to from `id`; null where there is nothing on that side. */
export function neighbour(
  boxes: ReadonlyMap<string, Box>,
  id: string,
  arrow: Arrow,
): string | null {
  const from = boxes.get(id);
  if (from === undefined) return null;
  let nearest: { id: string; distance: number } | null = null;
  for (const [other, box] of boxes) {
    if (other === id) continue;
    const distance = distanceTo(from, box, arrow);
    if (distance !== null && (nearest === null || distance < nearest.distance)) {
      nearest = { id: other, distance };
    }
  }
  return nearest?.id ?? null;
}

/** How far `to` is in the arrow's direction; null when it is not on that side. */
function distanceTo(from: Box, to: Box, arrow: Arrow): number | null {
  const upright = arrow === "ArrowUp" || arrow === "ArrowDown";
  const back = arrow === "ArrowUp" || arrow === "ArrowLeft";
  const [a, b] = upright ? [span(from, "y"), span(to, "y")] : [span(from, "x"), span(to, "x")];
  const [c, d] = upright ? [span(from, "x"), span(to, "x")] : [span(from, "y"), span(to, "y")];
  const ahead = back ? a.start - b.start : b.start - a.start;
  if (ahead <= 1) return null;
  const aside = Math.max(0, d.start - c.end, c.start - d.end);
  const slant = Math.abs(middle(c) - middle(d)) / 8;
  return ahead + aside * ASIDE + slant;
}

interface Span {
  start: number;
  end: number;
}

function span(box: Box, axis: "x" | "y"): Span {
  const start = box[axis];
  return { start, end: start + (axis === "x" ? box.width : headOf(box)) };
}

/** Of a tall container only the head counts: that is where the focus is. */
const headOf = (box: Box) => Math.min(box.height, 56);

const middle = ({ start, end }: Span) => (start + end) / 2;
