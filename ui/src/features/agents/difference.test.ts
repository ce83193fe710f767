import { describe, expect, it } from "vitest";
import { changedWords, differenceOf } from "./difference";

const AGENT = {
  name: "Ada",
  role: "Writer",
  model: "default",
  tools: ["knowledge_search", "date"],
  instructions: "One.\nTwo.\nThree.",
};

describe("differenceOf", () => {
  it("names fields and lines that are different, and nothing else", () => {
    const to = { ...AGENT, role: "Editor", instructions: "One.\n2.\nThree.\n" };
    expect(differenceOf(AGENT, to)).toEqual({
      fields: [{ name: "Profession", from: "Writer", to: "Editor" }],
      lines: [
        { kind: "same", text: "One." },
        { kind: "removed", text: "Two." },
        { kind: "added", text: "2." },
        { kind: "same", text: "Three." },
      ],
    });
    expect(differenceOf(AGENT, AGENT)).toEqual({ fields: [], lines: [] });
  });

  it("names the models to fall back on, without lines that name none", () => {
    const to = { ...AGENT, fallbacks: ["one/a", " ", "one/b"] };
    expect(differenceOf(AGENT, to).fields).toEqual([
      { name: "If it can't answer", from: "as set for its kind", to: "one/a, then one/b" },
    ]);
    expect(differenceOf(AGENT, { ...AGENT, fallbacks: [""] }).fields).toEqual([]);
  });

  it("leaves out equal lines that are far from a change", () => {
    const many = Array.from({ length: 20 }, (_, index) => `Line ${index + 1}.`);
    const from = { ...AGENT, instructions: many.join("\n") };
    const to = { ...AGENT, instructions: many.with(9, "Changed.").join("\n") };
    const { lines } = differenceOf(from, to);
    expect(lines[0]).toEqual({ kind: "skipped", count: 7 });
    expect(lines.at(-1)).toEqual({ kind: "skipped", count: 8 });
    expect(lines).toHaveLength(8);
  });

  it("names tools that come or go, in whatever order they stand", () => {
    expect(differenceOf(AGENT, { ...AGENT, tools: ["date", "knowledge_search"] }).fields).toEqual(
      [],
    );
    expect(differenceOf(AGENT, { ...AGENT, tools: [] }).fields).toEqual([
      { name: "Tools", from: "Knowledge search, Date", to: "None" },
    ]);
    const other = { ...AGENT, tools: ["knowledge_search", "their_tool"] };
    expect(differenceOf(AGENT, other).fields[0]?.to).toBe("Knowledge search, their tool");
    expect(changedWords(AGENT, other)).toBe("Tools");
  });

  it("does not lose empty lines", () => {
    const from = { ...AGENT, instructions: "One.\n\nTwo." };
    expect(differenceOf(from, { ...AGENT, instructions: "One.\nTwo." }).lines).toEqual([
      { kind: "same", text: "One." },
      { kind: "removed", text: "" },
      { kind: "same", text: "Two." },
    ]);
  });
});

it("says in words what changed", () => {
  expect(changedWords(AGENT, { ...AGENT, model: "a/b", instructions: "" })).toBe(
    "Model, instructions",
  );
  expect(changedWords(AGENT, AGENT)).toBe("Nothing");
});
