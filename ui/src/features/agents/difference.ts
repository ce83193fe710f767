// What is different between two forms of an agent.

import { diffLines } from "diff";
import type { AgentText } from "./drafts";
import { sameTools, toolsWords } from "./toolWords";

/** A field of one line that is different. */
export interface FieldChange {
  name: string;
  from: string;
  to: string;
}

/** A line of the instructions, or how many equal ones are left out. */
export type DiffLine =
  | { kind: "same" | "added" | "removed"; text: string }
  | { kind: "skipped"; count: number };

export interface Difference {
  fields: FieldChange[];
  /** Empty when the instructions are the same. */
  lines: DiffLine[];
}

const FIELDS = [
  { key: "name", name: "Name" },
  { key: "role", name: "Profession" },
  { key: "model", name: "Model" },
] as const;

/** Equal lines that are shown beside a change. */
const CONTEXT = 2;

/** A text that ends with a line end, so that a missing last one is no difference. */
const ended = (text: string) => (text.endsWith("\n") ? text : `${text}\n`);

function allLines(from: string, to: string): DiffLine[] {
  return diffLines(ended(from), ended(to)).flatMap(({ value, added, removed }) => {
    const kind = added ? "added" : removed ? "removed" : "same";
    return value
      .slice(0, -1)
      .split("\n")
      .map((text): DiffLine => ({ kind, text }));
  });
}

/** Leaves out equal lines that are far from every change. */
function folded(lines: readonly DiffLine[]): DiffLine[] {
  const near = lines.map((_, at) =>
    lines.slice(Math.max(0, at - CONTEXT), at + CONTEXT + 1).some((line) => line.kind !== "same"),
  );
  const shown: DiffLine[] = [];
  for (const [at, line] of lines.entries()) {
    const before = shown.at(-1);
    if (near[at]) shown.push(line);
    else if (before?.kind === "skipped") before.count += 1;
    else shown.push({ kind: "skipped", count: 1 });
  }
  return shown;
}

function changedFields(from: AgentText, to: AgentText): FieldChange[] {
  const lines = FIELDS.filter(({ key }) => from[key] !== to[key]).map(({ key, name }) => ({
    name,
    from: from[key],
    to: to[key],
  }));
  if (sameTools(from.tools, to.tools)) return lines;
  return [...lines, { name: "Tools", from: toolsWords(from.tools), to: toolsWords(to.tools) }];
}

/** What one has to change in `from` to get `to`. */
export function differenceOf(from: AgentText, to: AgentText): Difference {
  return {
    fields: changedFields(from, to),
    lines:
      from.instructions === to.instructions
        ? []
        : folded(allLines(from.instructions, to.instructions)),
  };
}

/** The names of what is different: `Model, instructions`. */
export function changedWords(from: AgentText, to: AgentText): string {
  const names = changedFields(from, to).map(({ name }) => name);
  const all = from.instructions === to.instructions ? names : [...names, "Instructions"];
  const words = all.join(", ").toLowerCase();
  return words === "" ? "Nothing" : `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}
