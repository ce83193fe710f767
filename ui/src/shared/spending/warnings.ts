// Budgets of which little is left: what is said about them, and that the operator saw it.

import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { BudgetWarning } from "@/bindings/bindings";
import { api } from "@/host";
import { budgetsQuery, usedMost } from "../budgets";

/** Whose budget it is, in words. */
function whose({ whose: { of }, name }: BudgetWarning): string {
  switch (of) {
    case "day":
      return "for today";
    case "agent":
      return `for the agent ${name} today`;
    case "workflow":
      return `of the budget of “${name}”`;
    case "task":
      return `of the budget of the step “${name}”`;
  }
}

/** `Little is left for today: $4.20 of $5.00 are spent.` */
export function warningWords(warning: BudgetWarning): string {
  const used = usedMost(warning.spent, warning.limit);
  const left = used !== null && used.part >= 1 ? "Nothing" : "Little";
  const sums = used === null ? "" : `: ${used.spent} of ${used.limit} are spent`;
  return `${left} is left ${whose(warning)}${sums}.`;
}

/** Keeps that a warning was seen; it is gone from the page at once. */
export function useSeeWarning() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: number) => api.dismissBudgetWarning(id),
    onSettled: () => client.invalidateQueries({ queryKey: budgetsQuery.queryKey }),
  });
}
