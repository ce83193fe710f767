import { describe, expect, it } from "vitest";
import type { Box } from "./layout";
import { neighbour } from "./neighbours";
import { fitted, opening, revealed, SCALES, zoomedAt } from "./viewport";

const PANE = { width: 800, height: 600 };

describe("the view", () => {
  it("keeps what is under the pointer when it zooms, within bounds", () => {
    const view = { x: 10, y: 20, scale: 1 };
    const point = { x: 210, y: 120 };
    const next = zoomedAt(view, point, 1.5);
    expect((point.x - next.x) / next.scale).toBeCloseTo((point.x - view.x) / view.scale);
    expect((point.y - next.y) / next.scale).toBeCloseTo((point.y - view.y) / view.scale);
    expect(zoomedAt(view, point, 99).scale).toBe(SCALES.max);
    expect(zoomedAt(view, point, 0).scale).toBe(SCALES.min);
  });

  it("shows everything in the middle and enlarges nothing", () => {
    expect(fitted({ width: 200, height: 100 }, PANE)).toEqual({ x: 300, y: 250, scale: 1 });
    const view = fitted({ width: 4000, height: 100 }, PANE);
    expect(view.scale).toBeLessThan(0.2);
    expect(view.x).toBeGreaterThanOrEqual(0);
    expect(view.x + 4000 * view.scale).toBeLessThanOrEqual(PANE.width);
  });

  it("opens on what matters where everything would be too small to read", () => {
    const about: Box = { x: 3000, y: 2000, width: 240, height: 56 };
    const content = { width: 6000, height: 4000 };
    const { x, y, scale } = opening(content, PANE, about);
    expect(scale).toBeGreaterThanOrEqual(0.6);
    expect(x + (about.x + about.width / 2) * scale).toBeCloseTo(PANE.width / 2);
    expect(y + (about.y + about.height / 2) * scale).toBeCloseTo(PANE.height / 2);
    expect(opening(content, PANE, { ...about, x: 0 }).x).toBe(24);
  });

  it("moves as little as is needed to show a box, and not at all when it is seen", () => {
    const view = { x: 0, y: 0, scale: 1 };
    expect(revealed(view, { x: 100, y: 100, width: 240, height: 56 }, PANE)).toBe(view);
    const next = revealed(view, { x: 700, y: 100, width: 240, height: 56 }, PANE);
    expect(next).toEqual({ x: 800 - 24 - 940, y: 0, scale: 1 });
  });
});

describe("neighbour", () => {
  const at = (x: number, y: number): Box => ({ x, y, width: 100, height: 50 });
  const boxes = new Map([
    ["top", at(200, 0)],
    ["left", at(0, 100)],
    ["middle", at(200, 100)],
    ["right", at(400, 100)],
    ["bottom", at(210, 200)],
  ]);

  it("goes straight ahead before it goes aside", () => {
    expect(neighbour(boxes, "top", "ArrowDown")).toBe("middle");
    expect(neighbour(boxes, "middle", "ArrowDown")).toBe("bottom");
    expect(neighbour(boxes, "middle", "ArrowLeft")).toBe("left");
    expect(neighbour(boxes, "left", "ArrowRight")).toBe("middle");
    expect(neighbour(boxes, "bottom", "ArrowUp")).toBe("middle");
  });

  it("stays where there is nothing on that side", () => {
    expect(neighbour(boxes, "top", "ArrowUp")).toBeNull();
    expect(neighbour(boxes, "nobody", "ArrowUp")).toBeNull();
  });
});
