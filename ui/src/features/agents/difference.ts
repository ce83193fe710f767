// What is different between two forms of an agent.

import { type DiffLine, linesBetween } from "@/shared/difference/lines";
import { type AgentText, named } from "./drafts";
import { sameTools, toolsWords } from "./toolWords";

/** A field of one line that is different. */
export interface FieldChange {
  name: string;
  from: string;
  to: string;
}

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

/** The models behind its own, in order. */
export function behindWords({ fallbacks }: Pick<AgentText, "fallbacks">): string {
  const models = named(fallbacks);
  return models.length === 0 ? "as set for its kind" : models.join(", then ");
}

function changedFields(from: AgentText, to: AgentText): FieldChange[] {
  const lines: FieldChange[] = FIELDS.filter(({ key }) => from[key] !== to[key]).map(
    ({ key, name }) => ({
      name,
      from: from[key],
      to: to[key],
    }),
  );
  const [before, after] = [behindWords(from), behindWords(to)];
  if (before !== after) lines.push({ name: "If it can't answer", from: before, to: after });
  if (sameTools(from.tools, to.tools)) return lines;
  return [...lines, { name: "Tools", from: toolsWords(from.tools), to: toolsWords(to.tools) }];
}

/** What one has to change in `from` to get `to`. */
export function differenceOf(from: AgentText, to: AgentText): Difference {
  return {
    fields: changedFields(from, to),
    lines:
      from.instructions === to.instructions ? [] : linesBetween(from.instructions, to.instructions),
  };
}

/** The names of what is different: `Model, instructions`. */
export function changedWords(from: AgentText, to: AgentText): string {
  const names = changedFields(from, to).map(({ name }) => name);
  const all = from.instructions === to.instructions ? names : [...names, "Instructions"];
  const words = all.join(", ").toLowerCase();
  return words === "" ? "Nothing" : `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}
