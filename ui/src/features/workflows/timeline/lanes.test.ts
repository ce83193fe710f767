import { describe, expect, it } from "vitest";
import type { Task } from "@/stores";
import { aTask } from "@/test/fixtures";
import { lanesOf } from "./lanes";
import type { AttemptSpan, Recorded, WaitSpan } from "./record";

const NOW = 1_000;

function attempt(task: string, from: number, to: number | null, number = 1): AttemptSpan {
  const outcome = to === null ? "open" : "completed";
  return { task, attempt: number, from, to, outcome, calls: [], problem: null };
}

const asked = (task: string, from: number, to: number | null): WaitSpan => ({
  task,
  on: "operator",
  from,
  to,
  text: "Which?",
});

const recorded = (over: Partial<Recorded>): Recorded => ({
  attempts: [],
  waits: [],
  away: [],
  ...over,
});

const row = (key: string, agent: number, over: Partial<Task> & Record<string, unknown> = {}) =>
  aTask({
    id: agent * 10,
    key,
    assigned_to: agent,
    agent_name: `Agent ${agent}`,
    started_at: null,
    attempt: 1,
    ...over,
  });

describe("lanesOf", () => {
  it("gives each agent a lane, in the order in which they came to work", () => {
    const tasks = [row("a", 2), row("b", 1), row("c", 2)];
    const attempts = [attempt("a", 50, 60), attempt("b", 0, 40), attempt("c", 70, 80)];
    const { lanes, busy } = lanesOf(recorded({ attempts }), tasks, NOW);
    expect(lanes.map(({ name, bars }) => [name, bars.map((bar) => bar.task.key)])).toEqual([
      ["Agent 1", ["b"]],
      ["Agent 2", ["a", "c"]],
    ]);
    expect(busy).toEqual([
      { from: 0, to: 40 },
      { from: 50, to: 60 },
      { from: 70, to: 80 },
    ]);
  });

  it("puts what one agent does at the same time on lines of their own", () => {
    const tasks = [row("a", 1), row("b", 1), row("c", 1)];
    const attempts = [attempt("a", 0, 100), attempt("b", 50, null), attempt("c", 100, 120)];
    const [lane] = lanesOf(recorded({ attempts }), tasks, NOW).lanes;
    expect(lane?.lines).toBe(2);
    expect(lane?.bars.map((bar) => bar.line)).toEqual([0, 1, 0]);
  });

  it("shows waits above, and does not count them as work", () => {
    const waits = [asked("a", 100, 900)];
    const tasks = [row("a", 1, { status: "waiting" })];
    const { lanes, busy } = lanesOf(
      recorded({ attempts: [attempt("a", 0, null)], waits }),
      tasks,
      NOW,
    );
    expect(lanes.map((lane) => lane.name)).toEqual(["Waits", "Agent 1"]);
    expect(lanes[1]?.bars[0]).toMatchObject({ waits });
    expect(busy).toEqual([
      { from: 0, to: 100 },
      { from: 900, to: NOW },
    ]);
  });

  it("does not count the time in which nobody was there", () => {
    const away = [{ from: 10, to: 800 }];
    const { busy } = lanesOf(
      recorded({ attempts: [attempt("a", 0, 900)], away }),
      [row("a", 1)],
      NOW,
    );
    expect(busy).toEqual([
      { from: 0, to: 10 },
      { from: 800, to: 900 },
    ]);
  });

  it("believes the live row where the journal was not read that far", () => {
    const begun = row("a", 1, { started_at: 500, attempt: 2 });
    const ended = row("b", 1, { status: "completed", completed_at: 300 });
    const attempts = [attempt("a", 0, 100), attempt("b", 200, null)];
    const [lane] = lanesOf(recorded({ attempts }), [begun, ended], NOW).lanes;
    expect(lane?.bars.map(({ from, to }) => [from, to])).toEqual([
      [0, 100],
      [200, 300],
      [500, null],
    ]);
  });

  it("takes an approval for a wait, and leaves containers to what is in them", () => {
    const place = { container: null, scope: null };
    const nobody = { agent_kind: null, agent_name: null, assigned_to: null, started_at: 0 };
    const tasks = [
      row("approve", 0, { ...nobody, ...place, step_kind: "approval", status: "waiting" }),
      row("each", 0, { ...nobody, ...place, step_kind: "map", status: "running" }),
      row("each/1/read", 3, {
        container: "each",
        scope: { index: 1, label: "Oslo", block: "each" },
        title: "Read",
      }),
    ];
    const attempts = [attempt("each", 0, null), attempt("each/1/read", 10, 20)];
    const { lanes } = lanesOf(recorded({ attempts }), tasks, NOW);
    expect(lanes.map((lane) => lane.name)).toEqual(["Waits", "Agent 3"]);
    expect(lanes[0]?.bars[0]).toMatchObject({ type: "wait", wait: { on: "operator" }, to: null });
    expect(lanes[1]?.bars[0]?.title).toBe("Item 2: Oslo, Read");
  });
});
