// The budget of a run or a task as fields of text, and back. An empty field is no limit.

import type { Budget } from "@/bindings/bindings";
import { dollarsText, readCount, readDollars } from "@/shared/lib/money";

/** What can be limited. */
export const PARTS = ["money", "tokens", "seconds", "steps", "fan_out", "depth"] as const;
export type Part = (typeof PARTS)[number];

/** What can be limited of a task that contains no others. */
export const PARTS_OF_ONE: readonly Part[] = ["money", "tokens", "seconds"];

type Counted = Exclude<Part, "money">;

/** Least and greatest number of each part; the least is the same as in a template. */
const RANGES: Record<Counted, readonly [number, number]> = {
  tokens: [1, Number.MAX_SAFE_INTEGER],
  seconds: [1, 1_000_000_000],
  steps: [1, 1_000_000],
  fan_out: [1, 1_000_000],
  depth: [0, 1_000],
};

export type BudgetDraft = Record<Part, string>;

/** The fields that show a budget. */
export function budgetDraft(budget: Budget | null): BudgetDraft {
  const count = (part: Counted) => budget?.[part]?.toString() ?? "";
  return {
    money: dollarsText(budget?.money ?? null),
    tokens: count("tokens"),
    seconds: count("seconds"),
    steps: count("steps"),
    fan_out: count("fan_out"),
    depth: count("depth"),
  };
}

/** What is wrong with a field; null when nothing is. */
export function budgetProblem(part: Part, text: string): string | null {
  if (part === "money") {
    return readDollars(text) === undefined ? "Use an amount like 2.50, or leave it empty." : null;
  }
  const count = readCount(text);
  if (count === null) return null;
  const [least, most] = RANGES[part];
  if (count === undefined || count > most) return "Use a whole number, or leave it empty.";
  return count < least ? `Use ${least} or more, or leave it empty.` : null;
}

/** The budget that the fields say; null while one of them can't be read. */
export function readBudget(draft: BudgetDraft): Budget | null {
  if (PARTS.some((part) => budgetProblem(part, draft[part]) !== null)) return null;
  const count = (part: Counted) => readCount(draft[part]) ?? null;
  return {
    money: readDollars(draft.money) ?? null,
    tokens: count("tokens"),
    seconds: count("seconds"),
    steps: count("steps"),
    fan_out: count("fan_out"),
    depth: count("depth"),
  };
}

/** Whether the fields say what holds already. */
export function sameBudget(draft: BudgetDraft, present: Budget | null): boolean {
  const read = readBudget(draft);
  return read !== null && PARTS.every((part) => (read[part] ?? null) === (present?.[part] ?? null));
}
