import { describe, expect, it } from "vitest";
import { type ScaleOptions, scaleOf, ticksOf, tickWord } from "./scale";

const SECOND = 1000;
const HOUR = 3600 * SECOND;
const BUSY = [
  { from: 0, to: 20 * SECOND },
  { from: 25 * SECOND, to: 60 * SECOND },
  { from: 9 * HOUR, to: 9 * HOUR + 40 * SECOND },
];

const scale = (over: Partial<ScaleOptions> = {}) =>
  scaleOf({
    from: 0,
    to: 9 * HOUR + 40 * SECOND,
    live: false,
    busy: BUSY,
    opened: new Set(),
    room: 1000,
    zoom: 1,
    ...over,
  });

describe("scaleOf", () => {
  it("folds long idle time and leaves short pauses", () => {
    const { segments, width } = scale();
    expect(segments.map(({ from, to, folded }) => [from, to, folded])).toEqual([
      [0, 60 * SECOND, false],
      [60 * SECOND, 9 * HOUR, true],
      [9 * HOUR, 9 * HOUR + 40 * SECOND, false],
    ]);
    expect(width).toBeCloseTo(1000);
    const [first, fold, last] = segments;
    expect(fold?.width).toBeLessThan(60);
    expect((first?.width ?? 0) / (last?.width ?? 1)).toBeCloseTo(1.5);
  });

  it("opens a fold where the operator asks for it", () => {
    const { segments } = scale({ opened: new Set([60 * SECOND]) });
    expect(segments[1]).toMatchObject({ folded: false, foldable: true });
    expect(segments[1]?.width).toBeGreaterThan(900);
  });

  it("folds only longer gaps in a longer run", () => {
    const busy = [
      { from: 0, to: HOUR },
      { from: HOUR + 60 * SECOND, to: 2 * HOUR },
    ];
    expect(scale({ busy, to: 2 * HOUR }).segments).toHaveLength(1);
  });

  it("goes from time to pixels and back, and never backwards", () => {
    const line = scale({ zoom: 3 });
    let before = -1;
    for (const at of [0, 10, 59, 60, 3600, 32_399, 32_400, 32_440].map((each) => each * SECOND)) {
      const x = line.x(at);
      expect(x).toBeGreaterThan(before);
      expect(line.time(x)).toBeCloseTo(at, 0);
      before = x;
    }
    expect(line.x(9 * HOUR + 40 * SECOND)).toBeCloseTo(line.width);
  });

  it("leaves room at the end while the run goes on, and keeps its density for a while", () => {
    const live = (to: number) => scale({ live: true, to, busy: [{ from: 0, to }] });
    const line = live(61 * SECOND);
    expect(line.x(61 * SECOND)).toBeLessThan(line.width);
    expect(live(62 * SECOND).density).toBe(line.density);
    expect(live(63 * SECOND).density).toBe(line.density);
    expect(live(120 * SECOND).density).toBeLessThan(line.density);
  });

  it("holds for a run that has only begun", () => {
    const line = scale({ to: 0, busy: [], live: true });
    expect(Number.isFinite(line.x(0))).toBe(true);
    expect(line.width).toBeGreaterThan(0);
  });
});

describe("ticksOf", () => {
  it("stands apart, in order, and not in folded time", () => {
    const line = scale();
    const ticks = ticksOf(line, 0);
    expect(ticks.length).toBeGreaterThan(4);
    const fold = line.segments[1];
    for (const [index, tick] of ticks.entries()) {
      expect(tick.x - (ticks[index - 1]?.x ?? -100)).toBeGreaterThanOrEqual(60);
      expect(tick.x > (fold?.x ?? 0) && tick.x < (fold?.x ?? 0) + (fold?.width ?? 0)).toBe(false);
    }
  });

  it("is as exact as it is close", () => {
    const word = (since: number, step: number) => tickWord({ x: 0, since, step });
    expect(word(0, SECOND)).toBe("0 s");
    expect(word(1_200, 200)).toBe("1.2 s");
    expect(word(75 * SECOND, 15 * SECOND)).toBe("1:15 min");
    expect(word(120 * SECOND, 60 * SECOND)).toBe("2 min");
    expect(word(9 * HOUR + 75 * SECOND, 15 * SECOND)).toBe("9:01:15 h");
    expect(word(2 * HOUR, HOUR)).toBe("2 h");
  });
});
