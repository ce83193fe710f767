import { describe, expect, it } from "vitest";
import { aModelCall, aSearchCall, aTask, aWorkflow } from "@/test/fixtures";
import {
  allowedActions,
  factWord,
  groupCount,
  isStructured,
  latestLines,
  mergeTasks,
  modelsOf,
  originNote,
  taskWord,
  tokens,
  workflowWord,
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
    expect(workflowWord({ status: "waiting", cancelling: false })).toBe("Needs you");
    expect(workflowWord({ status: "running", cancelling: true })).toBe("Cancelling");
    expect(workflowWord({ status: "cancelled", cancelling: true })).toBeUndefined();
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
