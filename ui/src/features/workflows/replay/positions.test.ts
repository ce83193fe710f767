import { describe, expect, it } from "vitest";
import type { ReplayPosition, ReplayTask } from "@/bindings/bindings";
import { factWords, rowsAt, tasksAt } from "./positions";

const task = (key: string, status: ReplayTask["status"]): ReplayTask => ({
  key,
  title: key,
  place: null,
  needs: [],
  status,
  attempt: 1,
  calls: 0,
  answered: status === "completed",
  reused: false,
});

const position = (seq: number, changed: ReplayTask[]): ReplayPosition => ({
  seq,
  at: 0,
  kind: "task_started",
  task: null,
  status: "running",
  changed,
});

const positions = [
  position(1, []),
  position(2, [task("a", "pending"), task("b", "pending")]),
  position(3, [task("a", "running")]),
  position(4, [task("a", "completed")]),
];

describe("a run as it was", () => {
  it("has the tasks that were there then, as they stood", () => {
    expect(tasksAt(positions, 0).size).toBe(0);
    expect(tasksAt(positions, 2).get("a")?.status).toBe("running");
    expect(tasksAt(positions, 3).get("b")?.status).toBe("pending");
  });

  it("shows the rows of the run with the status of then", () => {
    const rows = [
      { key: "a", status: "completed" as const, attempt: 1 },
      { key: "later", status: "completed" as const, attempt: 1 },
    ];
    const then = rowsAt(rows, tasksAt(positions, 2));
    expect(then).toEqual([{ key: "a", status: "running", attempt: 1 }]);
  });

  it("names facts in words", () => {
    expect(factWords("task_started")).toBe("task started");
  });
});
