import { describe, expect, it } from "vitest";
import type { Task } from "@/stores";
import { aTask } from "@/test/fixtures";
import { placeOf, placeOfKey } from "./taskPlace";
import { type Item, scopeWord, standingOf, statusOf, tasksIn, taskTree } from "./taskTree";

let id = 0;
function task(key: string, over: Partial<Task> & Record<string, unknown> = {}): Task {
  id += 1;
  const step = key.split("/").at(-1) ?? key;
  return aTask({ id, key, step, title: key, needs: [], ...over });
}

/** Ids as a nested list, which is what a tree looks like when it is written down. */
const shape = (items: readonly Item[]): unknown[] =>
  items.map((item) => (item.type === "task" ? item.id : [item.id, shape(item.items)]));

const inside = (container: string, index: number, label = "") => ({
  container,
  scope: { index, label, block: "each" },
});

describe("where a task stands", () => {
  it("is read from the key of a row that does not say", () => {
    expect(placeOfKey("report").parent).toBeNull();
    expect(placeOfKey("work/sign-in")).toMatchObject({ parent: "work", scope: null });
    expect(placeOfKey("sort/3/draft")).toMatchObject({ parent: "sort", scope: { index: 3 } });
    expect(placeOfKey("a/1/b/2/c")).toMatchObject({ parent: "a/1/b", scope: { index: 2 } });
  });

  it("is taken from the row where it says so", () => {
    const row = task("x/2/y", { ...inside("x", 2, "Oslo"), step_kind: "tool" });
    const scope = { index: 2, label: "Oslo" };
    expect(placeOf(row)).toMatchObject({ parent: "x", scope, kind: "tool" });
    expect(placeOf(task("x", { container: null, step_kind: "moon" })).kind).toBeNull();
  });

  it("is below the step that was expanded, though the row names only what contains the step", () => {
    const place = { container: null, scope: null, step_kind: "agent" };
    expect(placeOf(task("work/a", place))).toMatchObject({ parent: "work", scope: null });
    const map = task("each", { ...place, step_kind: "map" });
    const parts = ["a", "b"].map((part) =>
      task(`each/0/work/${part}`, { ...inside("each", 0, "Oslo"), step_kind: "agent" }),
    );
    const tree = taskTree([map, ...parts]);
    expect(tree.paths.get("each/0/work/b")).toEqual(["each", "each/0/work", "each/0/work/b"]);
    expect(tree.byId.get("each/0/work")).toMatchObject({ scope: { label: "Oslo" } });
  });
});

describe("taskTree", () => {
  it("makes a container of a step that was only expanded", () => {
    const tree = taskTree([task("analyse"), task("work/a"), task("work/b"), task("report")]);
    expect(shape(tree.items)).toEqual(["analyse", ["work", ["work/a", "work/b"]], "report"]);
    expect(tree.byId.get("work")).toMatchObject({ title: "Work", task: null, kind: "expand" });
    expect(tree.paths.get("work/b")).toEqual(["work", "work/b"]);
  });

  it("groups the passes of a container, unless each is a single task", () => {
    const map = task("sort", { container: null, scope: null, step_kind: "map", title: "Sort" });
    const single = [0, 1].map((index) => task(`sort/${index}/a`, inside("sort", index, "Oslo")));
    expect(shape(taskTree([map, ...single]).items)).toEqual([["sort", ["sort/0/a", "sort/1/a"]]]);
    const second = task("sort/0/b", inside("sort", 0, "Oslo"));
    const tree = taskTree([map, ...single, second]);
    expect(shape(tree.items)).toEqual([
      [
        "sort",
        [
          ["sort#0", ["sort/0/a", "sort/0/b"]],
          ["sort#1", ["sort/1/a"]],
        ],
      ],
    ]);
    expect(tree.byId.get("sort#0")).toMatchObject({ title: "Item 1: Oslo", kind: "map" });
  });

  it("nests containers in passes, and keeps a container that holds nothing yet a task", () => {
    const outer = task("each", { container: null, scope: null, step_kind: "map" });
    const loop = task("each/0/loop", { ...inside("each", 0), step_kind: "loop" });
    expect(shape(taskTree([outer, loop]).items)).toEqual([["each", ["each/0/loop"]]]);
    const round = task("each/0/loop/1/draft", inside("each/0/loop", 1));
    const tree = taskTree([outer, loop, round]);
    expect(tree.paths.get(round.key)).toEqual(["each", "each/0/loop", "each/0/loop/1/draft"]);
  });

  it("calls passes what they are", () => {
    expect(scopeWord({ index: 1, label: "" }, "loop")).toBe("Round 2");
    expect(scopeWord({ index: 2, label: "offer.md" }, "map")).toBe("Item 3: offer.md");
    expect(scopeWord({ index: 0, label: "Urgent" }, "branch")).toBe("Urgent");
    expect(scopeWord({ index: 1, label: "Round 2" }, "loop")).toBe("Round 2");
    expect(scopeWord({ index: 0, label: "", block: "error" }, "agent")).toBe("After the failure");
  });

  it("says of a container without a row what of its tasks wants attention most", () => {
    const status = (...statuses: Task["status"][]) => {
      const tasks = statuses.map((each, index) => task(`work/${"abc"[index]}`, { status: each }));
      const work = taskTree(tasks).items[0];
      expect(work && tasksIn(work)).toHaveLength(statuses.length);
      return work && statusOf(work);
    };
    expect(status("completed", "waiting", "failed")).toBe("waiting");
    expect(status("completed", "running")).toBe("running");
    expect(status("completed", "completed")).toBe("completed");
  });

  it("keeps amber for what waits for the operator", () => {
    const waiting = (step_kind: string) =>
      standingOf(task("a", { container: null, scope: null, step_kind, status: "waiting" }));
    expect(waiting("approval")).toBe("waiting");
    expect(waiting("agent")).toBe("waiting");
    expect(waiting("wait")).toBe("pending");
    expect(waiting("workflow")).toBe("running");
  });
});
