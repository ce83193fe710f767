// What questions are called, by what they are about.

import type { Form, QuestionKind, QuestionView } from "@/bindings/bindings";

/** Every kind in the order in which the inbox shows them: what holds up most comes first. */
export const KIND_ORDER: readonly QuestionKind[] = [
  "approval",
  "input",
  "budget_reached",
  "price_unknown",
  "stays_here",
  "keys_locked",
  "call_in_doubt",
];

export const KIND_TITLES: Record<QuestionKind, string> = {
  approval: "Approvals",
  input: "Questions",
  budget_reached: "Budgets that are used up",
  price_unknown: "Prices that are not known",
  stays_here: "Text that stays here",
  keys_locked: "Locked keys",
  call_in_doubt: "Calls in doubt",
};

/** The title of an outcome; its name where the form does not have it. */
export function outcomeTitle(form: Form | null, name: string): string {
  return form?.outcomes?.find((outcome) => outcome.name === name)?.title ?? name;
}

/** What was answered, in a line: the outcome, the words, or the values. */
export function answerWords(question: QuestionView): string {
  const { reply, form, answer } = question;
  if (reply === null) return answer ?? "";
  if (form?.about?.about === "asked" && reply.outcome === "answer") {
    const { choice, words } = (reply.fields ?? {}) as Record<string, unknown>;
    return [choice, words].filter((part) => typeof part === "string" && part !== "").join(" · ");
  }
  const given = Object.entries((reply.fields ?? {}) as Record<string, unknown>)
    .filter(([, value]) => value !== null && value !== "")
    .map(([name, value]) => {
      const title = form?.fields?.find((field) => field.name === name)?.title ?? name;
      return `${title}: ${Array.isArray(value) ? value.join(", ") : String(value)}`;
    });
  const outcome = reply.outcome ?? null;
  const first = outcome === null ? [] : [outcomeTitle(form, outcome)];
  return [...first, ...given].join(" · ") || (answer ?? "");
}
