import { formatAgo, formatBytes, formatDuration, formatFinishedDuration, plural } from "./format";

test("durations are written as people say them", () => {
  expect(formatDuration(-5)).toBe("0 s");
  expect(formatDuration(42_900)).toBe("42 s");
  expect(formatDuration(60_000)).toBe("1 min");
  expect(formatDuration(130_000)).toBe("2 min 10 s");
  expect(formatDuration(3_600_000 + 540_000)).toBe("1 h 9 min");
  expect(formatDuration(90_000_000)).toBe("1 d 1 h");
});

test("a short duration that has ended is not zero", () => {
  expect(formatFinishedDuration(312.4)).toBe("312 ms");
  expect(formatFinishedDuration(1_200)).toBe("1 s");
});

test("how long ago is told from now", () => {
  const now = new Date(2026, 10, 22, 12).getTime();
  expect(formatAgo(now - 20_000, now)).toBe("just now");
  expect(formatAgo(now - 5 * 60_000, now)).toBe("5 min ago");
  expect(formatAgo(now - 3 * 3_600_000, now)).toBe("3 h ago");
  expect(formatAgo(now - 30 * 3_600_000, now)).toBe("yesterday");
  expect(formatAgo(now - 5 * 86_400_000, now)).toBe("5 days ago");
  expect(formatAgo(now - 400 * 86_400_000, now)).toContain("2025");
});

test("sizes and counts have their units", () => {
  expect(formatBytes(1)).toBe("1 byte");
  expect(formatBytes(14_230)).toBe("14.2 kB");
  expect(formatBytes(999_960)).toBe("1.0 MB");
  expect(plural(1, "source")).toBe("1 source");
  expect(plural(2, "reply", "replies")).toBe("2 replies");
});
