import { describe, expect, it } from "vitest";
import type { TemplateStepView } from "@/bindings/bindings";
import { isMoreThanALine, stepGraph } from "./stepGraph";

const step = (id: string, over: Partial<TemplateStepView> = {}): TemplateStepView => ({
  id,
  title: id,
  kind: "agent",
  agent: null,
  needs: [],
  container: null,
  block: null,
  ...over,
});

const TRIAGE = [
  step("read"),
  step("sort", { kind: "branch", needs: ["read"] }),
  step("bug", { container: "sort", block: "bug" }),
  step("fix", { container: "sort", block: "bug", needs: ["bug"] }),
  step("thank", { container: "sort", block: "else" }),
  step("each", { kind: "map", needs: ["sort"] }),
  step("look", { container: "each", block: "each" }),
  step("end", { needs: ["each", "fix"] }),
];

describe("the graph of steps", () => {
  it("holds blocks in containers, and a single block without a frame of its own", () => {
    const { byId, placed } = stepGraph(TRIAGE);
    expect([...placed.boxes.keys()].sort()).toEqual(
      [...TRIAGE.map(({ id }) => id), "sort#bug", "sort#else"].sort(),
    );
    expect(byId.get("each")?.items.map(({ id }) => id)).toEqual(["look"]);
    const [outer, inner] = [placed.boxes.get("sort"), placed.boxes.get("fix")];
    expect(inner && outer && inner.x > outer.x && inner.y > outer.y).toBe(true);
  });

  it("draws a need that crosses a border where both stand, and leaves out what another way says", () => {
    const lines = stepGraph(TRIAGE).placed.edges.map(({ from, to }) => `${from} ${to}`);
    expect(lines.sort()).toEqual(["bug fix", "each end", "read sort", "sort each"]);
  });

  it("is worth drawing where it is more than a line", () => {
    const line = [step("a"), step("b", { needs: ["a"] }), step("c", { needs: ["b"] })];
    expect(isMoreThanALine(line)).toBe(false);
    expect(isMoreThanALine([...line, step("d", { needs: ["a"] })])).toBe(true);
    expect(isMoreThanALine([...line, step("e", { needs: ["b", "d"] }), step("d")])).toBe(true);
    // What comes before what comes before is no way of its own.
    expect(isMoreThanALine([...line, step("e", { needs: ["a", "b", "c"] })])).toBe(false);
    expect(isMoreThanALine(TRIAGE)).toBe(true);
  });
});
