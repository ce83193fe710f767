import { describe, expect, it } from "vitest";
import { aModelCall, aSearchCall, aTask, aWorkflow } from "@/test/fixtures";
import { runSteering, taskSteering } from "./steering";
import { taskRows } from "./taskRows";
import {
  allowedActions,
  factWord,
  groupCount,
  isStructured,
  latestLines,
  mergeTasks,
  modelsOf,
  originNote,
  standing,
  taskWord,
  tokens,
} from "./words";

describe("words", () => {
  it("offers only what works in a status", () => {
    const of = (status: Parameters<typeof aWorkflow>[0]) => allowedActions(aWorkflow(status));
    expect(of({ status: "running" })).toEqual({
      start: false,
      cancel: true,
      retry: false,
      remove: false,
    });
    expect(of({ status: "running", cancelling: true }).cancel).toBe(false);
    expect(of({ status: "failed" })).toMatchObject({ cancel: false, retry: true, remove: true });
    expect(of({ status: "completed" })).toMatchObject({ retry: false, remove: true });
    expect(of({ status: "pending" })).toMatchObject({ start: true, cancel: false, remove: true });
  });

  it("counts what is in no counted group as cancelled", () => {
    const stats = { total: 9, active: 2, completed: 4, failed: 1 };
    expect(groupCount(stats, "cancelled")).toBe(2);
    expect(groupCount(stats, "all")).toBe(9);
  });

  it("says who is needed and what goes on", () => {
    const waits = aWorkflow({ status: "waiting" });
    expect(standing(waits, true)).toEqual({ status: "waiting", word: "Needs you" });
    // A timer, or a workflow that it started: nothing for the operator, so nothing amber.
    expect(standing(waits, false)).toEqual({ status: "pending", word: "Waiting" });
    expect(standing(aWorkflow({ cancelling: true }), false).word).toBe("Cancelling");
    expect(standing(aWorkflow({ status: "cancelled", cancelling: true }), false)).toEqual({
      status: "cancelled",
    });
    expect(standing(aWorkflow({ paused: true }), false)).toEqual({
      status: "paused",
      word: "Pausing",
    });
    expect(taskWord({ status: "pending", retry_at: 5 })).toBe("Trying again");
    expect(factWord("task_attempt_failed")).toBe("Task attempt failed");
  });

  it("keeps unknown tokens unknown", () => {
    expect(tokens(null)).toBe("unknown");
    expect(tokens(0)).toBe("0");
  });

  it("says how an answer was mended", () => {
    expect(originNote({ origin: "answered" })).toBeNull();
    expect(originNote({ origin: "fallback", problem: "the plan has a cycle." })).toBe(
      "Neither answer could be used: the plan has a cycle. A simple plan was made by rule instead.",
    );
  });

  it("shows the latest lines of prose and only the size of data", () => {
    expect(latestLines("# One\n\n- two\n\n**three** [s1a2b3c]\n")).toBe("two\nthree ");
    expect(latestLines('{"summary":"x')).toContain("13 characters");
    expect(isStructured("[x] done")).toBe(false);
  });

  it("lets live tasks win and keeps their order", () => {
    const read = [aTask({ id: 2, status: "pending" }), aTask({ id: 1 })];
    const live = [aTask({ id: 2, status: "completed" })];
    const merged = mergeTasks(live, read);
    expect(merged.map((task) => [task.id, task.status])).toEqual([
      [1, "running"],
      [2, "completed"],
    ]);
  });

  it("names each model once", () => {
    expect(modelsOf([aModelCall(), aSearchCall(), aModelCall()])).toEqual(["rehearsal"]);
  });
});

describe("steering", () => {
  it("offers for a run only what it takes in the state that it is in", () => {
    expect(runSteering(aWorkflow())).toEqual({ pause: true, resume: false, again: false });
    expect(runSteering(aWorkflow({ status: "paused", paused: true }))).toEqual({
      pause: false,
      resume: true,
      again: false,
    });
    expect(runSteering(aWorkflow({ status: "failed" })).again).toBe(true);
    const parent = { id: 3, workflow: "0192bbbb-0000-7000-8000-000000000003", task: "facts" };
    expect(runSteering(aWorkflow({ parent }))).toEqual({
      pause: false,
      resume: false,
      again: false,
    });
  });

  it("offers for a task only what it takes", () => {
    const run = aWorkflow({ status: "failed" });
    expect(taskSteering(aTask({ status: "failed" }), run)).toEqual({
      retry: true,
      skip: true,
      answer: true,
      edit: true,
    });
    expect(taskSteering(aTask({ status: "completed" }), aWorkflow())).toEqual({
      retry: false,
      skip: false,
      answer: true,
      edit: false,
    });
    const plan = aTask({ status: "failed", step_kind: "plan" });
    expect(taskSteering(plan, run).answer).toBe(false);
    const ended = taskSteering(aTask({ status: "skipped" }), aWorkflow({ status: "completed" }));
    expect(Object.values(ended).some(Boolean)).toBe(false);
  });
});

describe("taskRows", () => {
  it("puts what is nested under its container, with a heading for each pass", () => {
    const inside = (id: number, index: number, step: string) =>
      aTask({
        id,
        key: `judge/${index}/${step}`,
        step,
        needs: [],
        container: "judge",
        scope: { index, block: "each", label: "" },
      });
    const rows = taskRows([
      aTask({ id: 1, key: "judge", step: "judge", step_kind: "map", container: null, needs: [] }),
      inside(2, 0, "look"),
      inside(3, 0, "rate"),
      inside(4, 1, "look"),
      inside(5, 1, "rate"),
    ]);
    expect(rows.map((row) => [row.depth, row.type === "task" ? row.task.id : row.title])).toEqual([
      [0, 1],
      [1, "Item 1"],
      [2, 2],
      [2, 3],
      [1, "Item 2"],
      [2, 4],
      [2, 5],
    ]);
  });
});
