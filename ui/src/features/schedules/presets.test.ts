import { describe, expect, it } from "vitest";
import { fromCron, toCron, USUAL } from "./presets";

describe("the usual times", () => {
  it.each([
    ["15 * * * *", "hourly"],
    ["0 7 * * *", "daily"],
    ["30 18 * * 1-5", "weekdays"],
    ["5 9 * * 0", "weekly"],
    ["0 6 L * *", "monthly"],
    ["0 6 15 * *", "monthly"],
    ["*/15 9-17 * * 1-5", "custom"],
    ["0 9 * * MON#1", "custom"],
    ["0 9 1 * 1", "custom"],
    ["@daily", "custom"],
  ])("takes %s for %s and gives it back", (cron, rhythm) => {
    const times = fromCron(cron);
    expect(times.rhythm).toBe(rhythm);
    expect(toCron(times)).toBe(cron);
  });

  it("writes hours and minutes without zeros in front", () => {
    expect(toCron({ ...USUAL, rhythm: "daily", time: "07:05" })).toBe("5 7 * * *");
  });
});
