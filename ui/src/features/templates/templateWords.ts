// How templates are said in words.

import type { Field, TemplateStepView, TemplateView } from "@/bindings/bindings";
import { plural } from "@/shared/lib/format";

const KIND_WORDS: Record<string, string> = {
  agent: "Agent",
  tool: "Tool",
  plan: "Plan",
  staff: "Staffing",
  expand: "Parts of a plan",
  aggregate: "Collect",
  branch: "Branch",
  map: "For each",
  loop: "Loop",
  approval: "Your approval",
  input: "Your input",
  wait: "Timer",
  workflow: "Workflow",
  transform: "By rule",
};

/** What people call a kind of step. */
export const kindWord = (kind: string): string => KIND_WORDS[kind] ?? kind;

/** The crew's own agents, which a template names by what they are. */
const CREW_WORDS: Record<string, string> = {
  driver: "Driver",
  creator: "Creator",
  generator: "Generator",
};

/** What people call who does a step; null where no agent does. */
export const agentWord = ({ agent }: Pick<TemplateStepView, "agent">): string | null =>
  agent === null ? null : (CREW_WORDS[agent] ?? agent);

const BLOCK_WORDS: Record<string, string> = {
  each: "Each time",
  else: "Otherwise",
  error: "After a failure",
};

/** What people call a block of a container: when its steps are done. */
export const blockWord = (block: string): string => BLOCK_WORDS[block] ?? `If “${block}”`;

/** The kinds of steps that a template has, each once, in the order in which they come. */
export function kindsOf(steps: readonly TemplateStepView[]): string[] {
  return [...new Set(steps.map((step) => step.kind))];
}

const TYPE_WORDS: Record<Field["type"], string> = {
  text: "a line of text",
  long_text: "a text",
  number: "a number",
  integer: "a whole number",
  boolean: "yes or no",
  choice: "a choice",
  list: "a list",
};

/** What an input takes, in words: `a choice: plain, warm`. */
export function typeWords(field: Field): string {
  const choices = field.type === "choice" ? `: ${(field.choices ?? []).join(", ")}` : "";
  return `${TYPE_WORDS[field.type]}${choices}`;
}

/** `3 inputs, 6 steps`. */
export function sizeWords({ inputs, steps }: Pick<TemplateView, "inputs" | "steps">): string {
  const wanted = inputs.length === 0 ? "no inputs" : plural(inputs.length, "input");
  return `${wanted}, ${plural(steps.length, "step")}`;
}

/** Whether the words of a search are in what a template says of itself. */
export function matches(template: TemplateView, words: string): boolean {
  const wanted = words.trim().toLowerCase();
  return [
    template.title,
    template.name,
    template.description,
    ...kindsOf(template.steps).map(kindWord),
  ]
    .join(" ")
    .toLowerCase()
    .includes(wanted);
}

/** A value of a document, short enough for a line: texts as they are, the rest as JSON. */
export function valueWords(value: unknown): string {
  if (value === null || value === undefined) return "nothing";
  return typeof value === "string" ? value : JSON.stringify(value, null, 2);
}
