// The budget of a run or a task as fields of text, and back. An empty field is no limit.

import type { Budget } from "@/bindings/bindings";
import { dollarsText, readCount, readDollars } from "@/shared/lib/money";

/** What can be limited. */
export const PARTS = ["money", "tokens", "steps"] as const;
export type Part = (typeof PARTS)[number];

export type BudgetDraft = Record<Part, string>;

/** The fields that show a budget. */
export function budgetDraft(budget: Budget | null): BudgetDraft {
  return {
    money: dollarsText(budget?.money ?? null),
    tokens: budget?.tokens?.toString() ?? "",
    steps: budget?.steps?.toString() ?? "",
  };
}

/** What is wrong with a field; null when nothing is. */
export function budgetProblem(part: Part, text: string): string | null {
  if (part === "money") {
    return readDollars(text) === undefined ? "Use an amount like 2.50, or leave it empty." : null;
  }
  const count = readCount(text);
  const most = part === "steps" ? 1_000_000 : Number.MAX_SAFE_INTEGER;
  const fits = count !== undefined && (count === null || count <= most);
  return fits ? null : "Use a whole number, or leave it empty.";
}

/** The budget that the fields say, with what they do not show kept; null while one of them can't be read. */
export function readBudget(draft: BudgetDraft, present: Budget | null): Budget | null {
  if (PARTS.some((part) => budgetProblem(part, draft[part]) !== null)) return null;
  return {
    ...present,
    money: readDollars(draft.money) ?? null,
    tokens: readCount(draft.tokens) ?? null,
    steps: readCount(draft.steps) ?? null,
  };
}

/** Whether the fields say what holds already. */
export function sameBudget(draft: BudgetDraft, present: Budget | null): boolean {
  const read = readBudget(draft, present);
  return read !== null && PARTS.every((part) => (read[part] ?? null) === (present?.[part] ?? null));
}
