/** The limits of the whole application as fields of text, and back. An empty field is no limit. */
import type { Budgets, DayLimit } from "@/bindings/bindings";
import { dollarsText, readCount, readDollars } from "@/shared/lib/money";

/** What has a limit. */
export type Limited = "day" | "agent_day" | "workflow";

/** What has a limit, in the order of the form. */
export const LIMITS: readonly { limited: Limited; title: string; note: string }[] = [
  { limited: "day", title: "Everything, on a day", note: "All agents and workflows together." },
  { limited: "agent_day", title: "Each agent, on a day", note: "Over all workflows." },
  {
    limited: "workflow",
    title: "Each new workflow",
    note: "Where its template sets no limit of its own.",
  },
];

interface LimitFields {
  money: string;
  tokens: string;
}

export type BudgetForm = Record<Limited, LimitFields>;
export type Limits = Record<Limited, DayLimit>;

const fieldsOf = (limit: DayLimit): LimitFields => ({
  money: dollarsText(limit.money ?? null),
  tokens: limit.tokens?.toString() ?? "",
});

/** The fields that show the limits. */
export function formOf(budgets: Budgets): BudgetForm {
  return {
    day: fieldsOf(budgets.day ?? {}),
    agent_day: fieldsOf(budgets.agent_day ?? {}),
    workflow: fieldsOf(budgets.workflow ?? {}),
  };
}

/** What is wrong with a field for money; null when nothing is. */
export const moneyProblem = (text: string): string | null =>
  readDollars(text) === undefined ? "Use an amount like 2.50, or leave it empty." : null;

/** What is wrong with a field for tokens; null when nothing is. */
export function tokensProblem(text: string): string | null {
  const count = readCount(text);
  if (count === undefined) return "Use a whole number, or leave it empty.";
  return count === 0 ? "Use 1 or more, or leave it empty: with 0 no model can be asked." : null;
}

function limitOf({ money, tokens }: LimitFields): DayLimit | null {
  const [amount, count] = [readDollars(money), readCount(tokens)];
  return amount === undefined || tokensProblem(tokens) !== null || count === undefined
    ? null
    : { money: amount, tokens: count };
}

/** The limits that the fields say; null while one of them can't be read. */
export function limitsOf(form: BudgetForm): Limits | null {
  const [day, agent_day, workflow] = [form.day, form.agent_day, form.workflow].map(limitOf);
  return day && agent_day && workflow ? { day, agent_day, workflow } : null;
}

/** Whether the limits are as they are saved. */
export function isSaved(limits: Limits, budgets: Budgets): boolean {
  return LIMITS.every(({ limited }) => {
    const saved = budgets[limited];
    const same = (a: number | null | undefined, b: number | null | undefined) =>
      (a ?? null) === (b ?? null);
    return same(saved?.money, limits[limited].money) && same(saved?.tokens, limits[limited].tokens);
  });
}
