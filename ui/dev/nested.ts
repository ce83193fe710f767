/** Tasks that stand in containers, for looks: a map, a loop and a branch in one run, and a run of three hundred tasks. */
import type { TaskStatus, TaskView } from "@/bindings/bindings";
import { aTask } from "@/test/fixtures";

const now = Date.now();

interface Nested {
  container: string | null;
  scope: { index: number; label: string } | null;
  step_kind: string;
}

const AGENTS = [
  { assigned_to: 1, agent_name: "Driver", agent_kind: "driver" },
  { assigned_to: 2, agent_name: "Creator", agent_kind: "creator" },
  { assigned_to: 4, agent_name: "API designer", agent_kind: "specialist" },
  { assigned_to: 5, agent_name: "Security engineer", agent_kind: "specialist" },
] as const;
const NOBODY = { assigned_to: null, agent_name: null, agent_kind: null };

function builder() {
  const tasks: TaskView[] = [];
  const add = (
    key: string,
    title: string,
    status: TaskStatus,
    at: [from: number, to: number],
    needs: string[],
    who: number | null,
    nested: Partial<Nested> = {},
  ) => {
    const begun = status !== "pending" && status !== "skipped";
    const ended = begun && status !== "running" && status !== "waiting";
    const row = aTask({
      id: 100 + tasks.length,
      key,
      step: key.split("/").at(-1) ?? key,
      title,
      status,
      needs,
      attempt: begun ? 1 : 0,
      created_at: now - 200_000,
      started_at: begun ? now - at[0] * 1000 : null,
      completed_at: ended ? now - at[1] * 1000 : null,
      ...(who === null ? NOBODY : AGENTS[who]),
    });
    const place: Nested = { container: null, scope: null, step_kind: "agent", ...nested };
    tasks.push({ ...row, ...place } as TaskView);
  };
  return { tasks, add };
}

const CITIES = ["Lisbon", "Oslo", "Kraków", "Ghent", "Graz"];

/** A map of two steps for each item, a loop in its second round, a branch, an approval. */
export function nestedTasks(): TaskView[] {
  const { tasks, add } = builder();
  add("list", "List the documents", "completed", [190, 180], [], 0);
  add("sort", "Read each city's offer", "running", [180, 60], ["list"], null, { step_kind: "map" });
  for (const [index, label] of CITIES.entries()) {
    const scope = { index, label };
    const inside = { container: "sort", scope };
    const done = index < 2;
    const status = done ? "completed" : index === 2 ? "running" : "pending";
    const read = done || index === 2 ? "completed" : "pending";
    add(
      `sort/${index}/read`,
      "Read the offer",
      read,
      [170 - index * 20, 150 - index * 20],
      [],
      1,
      inside,
    );
    add(
      `sort/${index}/price`,
      "Work out the price for a year",
      status,
      [150 - index * 20, 130 - index * 20],
      [`sort/${index}/read`],
      2,
      inside,
    );
  }
  add("refine", "Draft and check", "running", [120, 0], ["list"], null, { step_kind: "loop" });
  for (const index of [0, 1]) {
    const inside = { container: "refine", scope: { index, label: "" } };
    const first = index === 0;
    add(
      `refine/${index}/draft`,
      "Write the draft",
      first ? "completed" : "running",
      first ? [120, 90] : [40, 0],
      [],
      2,
      inside,
    );
    add(
      `refine/${index}/check`,
      "Criticise the draft",
      first ? "completed" : "pending",
      [90, 50],
      [`refine/${index}/draft`],
      3,
      inside,
    );
  }
  add("choose", "Is a lawyer needed", "completed", [60, 59], ["list"], null, {
    step_kind: "branch",
  });
  add("choose/0/ask", "Ask for the contract's clauses", "failed", [58, 20], [], 3, {
    container: "choose",
    scope: { index: 0, label: "Over 10,000 a year" },
  });
  add("approve", "Approve the choice", "waiting", [18, 0], ["choose"], null, {
    step_kind: "approval",
  });
  add("report", "Report back", "pending", [0, 0], ["sort", "refine", "approve"], 0);
  return tasks;
}

/** Three hundred tasks in two maps, and a chain of layers. */
export function manyTasks(): TaskView[] {
  const { tasks, add } = builder();
  add("start", "Find every document", "completed", [600, 590], [], 0);
  add("each", "Summarise each document", "running", [590, 0], ["start"], null, {
    step_kind: "map",
  });
  for (let index = 0; index < 200; index += 1) {
    const status = index < 120 ? "completed" : index < 126 ? "running" : "pending";
    add(
      `each/${index}/sum`,
      "Summarise",
      index % 41 === 40 && index < 120 ? "failed" : status,
      [590 - index * 4, 560 - index * 4],
      [],
      index % 4,
      { container: "each", scope: { index, label: `document-${index}.md` } },
    );
  }
  for (let index = 0; index < 97; index += 1) {
    const needs =
      index < 4 ? ["start"] : [`l${index - 4}`, ...(index % 5 ? [] : [`l${index - 3}`])];
    const status = index < 30 ? "completed" : index < 33 ? "running" : "pending";
    add(
      `l${index}`,
      `Layer ${Math.floor(index / 4)}, part ${index % 4}`,
      status,
      [500 - index * 10, 480 - index * 10],
      needs,
      index % 4,
    );
  }
  add("report", "Report back", "pending", [0, 0], ["each", "l93", "l94", "l95", "l96"], 0);
  return tasks;
}
