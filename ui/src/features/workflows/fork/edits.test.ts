import { describe, expect, it } from "vitest";
import { canFork, type Draft, editKinds, editOf, inputsOfText } from "./edits";
import { usedWords } from "./ForkPlan";

const draft: Draft = {
  kind: "again",
  prompt: "Do it",
  model: "",
  output: "Done",
  inputs: { values: {} },
};

describe("what a fork changes", () => {
  it("begins only at a task that has ended", () => {
    expect(canFork({ status: "completed" })).toBe(true);
    expect(canFork({ status: "running" })).toBe(false);
  });

  it("offers what fits the task", () => {
    const kinds = (agent_kind: "driver" | null, step_kind: string) =>
      editKinds({ status: "completed", agent_kind, step_kind }).map((kind) => kind.value);
    expect(kinds("driver", "agent")).toEqual(["again", "prompt", "model", "output", "inputs"]);
    expect(kinds("driver", "plan")).toEqual(["again", "prompt", "model", "inputs"]);
    expect(kinds(null, "map")).toEqual(["again", "output", "inputs"]);
  });

  it("says what is missing", () => {
    expect(editOf({ ...draft, kind: "model" }, false)).toBe("Choose a model.");
    expect(editOf({ ...draft, kind: "inputs", inputs: inputsOfText("[1]") }, false)).toBe(
      "Write the inputs as a JSON object.",
    );
    const inputs = inputsOfText('{"task": "Go"}');
    expect(editOf({ ...draft, kind: "inputs", inputs }, false)).toEqual({
      edit: "inputs",
      values: { task: "Go" },
    });
    expect(editOf({ ...draft, kind: "output", output: "{" }, true)).toContain("no JSON");
  });

  it("reads a value where the task gave one", () => {
    expect(editOf({ ...draft, kind: "output", output: "[1]" }, true)).toEqual({
      edit: "output",
      text: "```json\n[1]\n```",
      data: [1],
    });
    expect(editOf({ ...draft, kind: "output" }, false)).toEqual({
      edit: "output",
      text: "Done",
      data: null,
    });
  });
});

describe("what it used before", () => {
  const used = { calls: 2, tokens: 1200, unknown_tokens: 0, money: 0, unknown_money: 2 };

  it("says what is unknown and never counts it as nothing", () => {
    expect(usedWords(used)).toContain("the cost is unknown");
    expect(usedWords({ ...used, unknown_tokens: 1 })).toContain("1,200 tokens at least");
    expect(usedWords({ ...used, calls: 0 })).toBe("No model was called for this before.");
  });
});
