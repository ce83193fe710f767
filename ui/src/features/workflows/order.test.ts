import { describe, expect, it } from "vitest";
import { aTask } from "@/test/fixtures";
import { inWorkingOrder } from "./order";

const row = (id: number, key: string, needs: string[] = []) =>
  aTask({ id, key, step: key.split("/")[0] ?? key, needs });

describe("inWorkingOrder", () => {
  it("puts the parts of a plan before what gathers them, though they came to be later", () => {
    const rows = [
      row(1, "analyse"),
      row(2, "staff", ["analyse"]),
      row(3, "aggregate", ["work"]),
      row(4, "report", ["analyse", "aggregate"]),
      row(5, "work/tests", ["staff", "work/design"]),
      row(6, "work/design", ["staff"]),
    ];
    expect(inWorkingOrder(rows).map((one) => one.key)).toEqual([
      "analyse",
      "staff",
      "work/design",
      "work/tests",
      "aggregate",
      "report",
    ]);
  });

  it("keeps what can't be ordered", () => {
    const rows = [row(1, "a", ["b"]), row(2, "b", ["a"])];
    expect(inWorkingOrder(rows)).toHaveLength(2);
  });
});
