import { describe, expect, it } from "vitest";
import type { Task } from "@/stores";
import { aTask } from "@/test/fixtures";
import { edgesOf } from "./edges";
import { allFolded, foldedOf, GLANCE } from "./folding";
import { type Box, type Direction, type LayoutCache, NODE, place } from "./layout";
import { placeOfKey } from "./taskPlace";
import { taskTree } from "./taskTree";

interface Form {
  [key: string]: string[];
}

/** Tasks by key with what they need. */
function run(form: Form, kinds: Record<string, string> = {}): Task[] {
  return Object.entries(form).map(([key, needs], index) => {
    const kind = kinds[key];
    const { parent, scope } = placeOfKey(key);
    const place = scope === null ? {} : { container: parent, scope: { ...scope, block: "each" } };
    const row = aTask({ id: index + 1, key, step: key.split("/").at(-1) ?? key, needs, ...place });
    return kind === undefined ? row : { ...row, step_kind: kind };
  });
}

function drawn(tasks: Task[], direction: Direction = "down", folded = false, cache?: LayoutCache) {
  const tree = taskTree(tasks);
  const wishes = folded ? allFolded(tree, true) : new Map();
  return place(tree, edgesOf(tree, tasks), foldedOf(tree, wishes), direction, cache);
}

const CREW: Form = {
  analyse: [],
  research: ["analyse"],
  staff: ["analyse", "research"],
  "work/a": ["research", "staff"],
  "work/b": ["research", "staff", "work/a"],
  "work/c": ["research", "staff"],
  aggregate: ["research", "work"],
  report: ["analyse", "aggregate"],
};

const arrows = (tasks: Task[]) => {
  const tree = taskTree(tasks);
  return [...edgesOf(tree, tasks).values()].flat().map(({ from, to }) => `${from} ${to}`);
};

const box = (placed: { boxes: ReadonlyMap<string, Box> }, id: string): Box => {
  const found = placed.boxes.get(id);
  if (found === undefined) throw new Error(`${id} is not drawn`);
  return found;
};
const contains = (outer: Box, inner: Box) =>
  inner.x >= outer.x &&
  inner.y >= outer.y &&
  inner.x + inner.width <= outer.x + outer.width &&
  inner.y + inner.height <= outer.y + outer.height;
const overlap = (a: Box, b: Box) =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

describe("edges", () => {
  it("go between what stands side by side, without those that a longer way implies", () => {
    expect(arrows(run(CREW)).sort()).toEqual(
      [
        "analyse research",
        "research staff",
        "staff work",
        "work aggregate",
        "aggregate report",
        "work/a work/b",
      ].sort(),
    );
  });

  it("resolve a step to the task of the same pass, and lead from round to round", () => {
    const tasks = run(
      {
        loop: [],
        "loop/0/draft": [],
        "loop/0/check": ["draft"],
        "loop/1/draft": [],
        "loop/1/check": ["draft"],
      },
      { loop: "loop" },
    );
    expect(arrows(tasks).sort()).toEqual([
      "loop#0 loop#1",
      "loop/0/draft loop/0/check",
      "loop/1/draft loop/1/check",
    ]);
  });

  it("leave out what is not there yet, and what stands in itself", () => {
    expect(arrows(run({ a: ["later"], "work/x": ["work"] }))).toEqual([]);
  });
});

describe("place", () => {
  it.each(["down", "across"] as const)("puts what is needed before what needs it, %s", (way) => {
    const placed = drawn(run(CREW), way);
    const order = ["analyse", "research", "staff", "work", "aggregate", "report"];
    const starts = order.map((id) => box(placed, id)[way === "down" ? "y" : "x"]);
    expect(starts).toEqual([...starts].sort((a, b) => a - b));
    expect(new Set(starts).size).toBe(order.length);
  });

  it("keeps tasks in their container and apart from each other", () => {
    const placed = drawn(run(CREW));
    for (const id of ["work/a", "work/b", "work/c"]) {
      expect(contains(box(placed, "work"), box(placed, id))).toBe(true);
    }
    const leaves = [...placed.boxes].filter(([id]) => id !== "work");
    for (const [index, [, one]] of leaves.entries()) {
      for (const [, other] of leaves.slice(index + 1)) expect(overlap(one, other)).toBe(false);
    }
    expect(contains({ x: 0, y: 0, ...placed }, box(placed, "work"))).toBe(true);
  });

  it("ends lines at the boxes that they join and leads them past all others", () => {
    const placed = drawn(run({ a: [], b: ["a"], c: ["b"], d: ["c"], e: ["a"], f: ["d", "e"] }));
    const long = placed.edges.find((edge) => edge.from === "e" && edge.to === "f");
    const [from, to] = [box(placed, "e"), box(placed, "f")];
    expect(long?.points[0]).toEqual({ x: from.x + from.width / 2, y: from.y + from.height });
    expect(long?.points.at(-1)).toEqual({ x: to.x + to.width / 2, y: to.y });
    for (const id of ["c", "d"]) {
      const other = box(placed, id);
      const within = ({ x, y }: { x: number; y: number }) =>
        x > other.x && x < other.x + other.width && y > other.y && y < other.y + other.height;
      expect(long?.points.some(within)).toBe(false);
    }
  });

  it("shows a folded container as one card", () => {
    const placed = drawn(run(CREW), "down", true);
    expect(placed.boxes.has("work/a")).toBe(false);
    expect(box(placed, "work")).toMatchObject(NODE);
  });

  it("moves nothing while only statuses change, and lays out anew only what changed", () => {
    const cache: LayoutCache = new Map();
    const before = drawn(run(CREW), "down", false, cache);
    const known = cache.size;
    const later = run(CREW).map((task) => ({ ...task, status: "completed" as const, attempt: 3 }));
    expect(drawn(later, "down", false, cache)).toEqual(before);
    expect(cache.size).toBe(known);
    drawn(run({ ...CREW, epilogue: ["report"] }), "down", false, cache);
    expect(cache.size).toBe(known + 1);
  });

  it("stands loose tasks in a block", () => {
    const many = Object.fromEntries(Array.from({ length: 20 }, (_, n) => [`t${n}`, []]));
    const { width, height } = drawn(run(many));
    expect(width / height).toBeGreaterThan(1);
    expect(width / height).toBeLessThan(6);
  });
});

describe("folding", () => {
  const items = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, n) => [`work/t${n}x`, []]));

  it("folds at first what can't be taken in at a glance", () => {
    expect(foldedOf(taskTree(run(items(GLANCE))), new Map())).toEqual(new Set());
    expect(foldedOf(taskTree(run(items(GLANCE + 1))), new Map())).toEqual(new Set(["work"]));
  });

  it("folds all rounds but the newest, and does as the operator wishes", () => {
    const tasks = run(
      { loop: [], "loop/0/a": [], "loop/0/b": [], "loop/1/a": [], "loop/1/b": [] },
      { loop: "loop" },
    );
    const tree = taskTree(tasks);
    expect(foldedOf(tree, new Map())).toEqual(new Set(["loop#0"]));
    expect(foldedOf(tree, new Map([["loop#0", false]]))).toEqual(new Set());
  });
});
