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
  at: seq * 100,
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

  it("shows the rows of the run with the status and the times of then", () => {
    const ended = { started_at: 900, completed_at: 999, failure: null, retry_at: null };
    const rows = [
      { key: "a", status: "completed" as const, attempt: 1, ...ended },
      { key: "b", status: "completed" as const, attempt: 1, ...ended },
      { key: "later", status: "completed" as const, attempt: 1, ...ended },
    ];
    const times = (index: number) =>
      rowsAt(rows, tasksAt(positions, index)).map(({ key, status, started_at, completed_at }) => [
        key,
        status,
        started_at,
        completed_at,
      ]);
    expect(times(1)).toEqual([
      ["a", "pending", null, null],
      ["b", "pending", null, null],
    ]);
    // What ran then has come as far as the event, not as far as the clock.
    expect(times(2)[0]).toEqual(["a", "running", 300, 300]);
    expect(times(3)[0]).toEqual(["a", "completed", 300, 400]);
  });

  it("names facts in words", () => {
    expect(factWords("task_started")).toBe("Task started");
  });
});
