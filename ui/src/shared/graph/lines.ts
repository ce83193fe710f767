/** The lines of a graph as paths. */
import type { Direction, Point } from "./layout";

/** Curves that leave and arrive in the direction of the work. */
export function curve(points: readonly Point[], direction: Direction): string {
  const [first, ...rest] = points;
  if (first === undefined) return "";
  let path = `M${first.x} ${first.y}`;
  let from = first;
  for (const to of rest) {
    const [x, y] = [(from.x + to.x) / 2, (from.y + to.y) / 2];
    path +=
      direction === "down"
        ? `C${from.x} ${y} ${to.x} ${y} ${to.x} ${to.y}`
        : `C${x} ${from.y} ${x} ${to.y} ${to.x} ${to.y}`;
    from = to;
  }
  return path;
}

/** A head that points in the direction of the work. */
export function arrow({ x, y }: Point, direction: Direction): string {
  return direction === "down"
    ? `M${x - 4} ${y - 6}L${x} ${y - 1}L${x + 4} ${y - 6}`
    : `M${x - 6} ${y - 4}L${x - 1} ${y}L${x - 6} ${y + 4}`;
}
