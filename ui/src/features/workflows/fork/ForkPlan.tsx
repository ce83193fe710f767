// What a fork would do: what is done anew, what is taken over, what that used before, what would happen twice.

import type { ForkPlanView, ForkUsed } from "@/bindings/bindings";
import { plural } from "@/shared/lib/format";
import { formatMoney } from "@/shared/lib/money";

/** What the same work used before, in words. What is unknown is said. */
export function usedWords(used: ForkUsed): string {
  if (used.calls === 0) return "No model was called for this before.";
  const tokens =
    used.unknown_tokens === used.calls
      ? "an unknown number of tokens"
      : `${used.tokens.toLocaleString("en")} tokens${used.unknown_tokens > 0 ? " at least" : ""}`;
  const money =
    used.unknown_money === used.calls
      ? "the cost is unknown"
      : `${formatMoney(used.money)}${used.unknown_money > 0 ? " at least" : ""}`;
  return `It took ${plural(used.calls, "model call")} before: ${tokens}, ${money}.`;
}

/** The plan under the form. */
export function ForkPlan({ plan }: { plan: ForkPlanView }) {
  const anew = plan.again.filter((task) => !task.gathers);
  const gathered = plan.again.length - anew.length;
  return (
    <section aria-label="What the fork does" className="rounded-md border border-line p-3">
      <p className="text-ink">
        {plan.again.length === 0
          ? "Nothing is done anew."
          : `${plural(anew.length, "task")} done anew`}
        {gathered > 0 ? `, ${plural(gathered, "result")} gathered anew` : ""}
        {plan.again.length === 0 ? "" : "."} {plural(plan.reused, "answer")} taken over.
      </p>
      <p className="mt-1 text-ink-2">{usedWords(plan.used)}</p>
      {plan.above.length === 0 ? null : (
        <p className="mt-1 text-ink-2">
          The {plan.above.length === 1 ? "workflow" : "workflows"} above{" "}
          {plan.above.length === 1 ? "is" : "are"} forked with it: {plan.above.join(", ")}.
        </p>
      )}
      {plan.again.length === 0 ? null : (
        <ul aria-label="Done anew" className="mt-2 max-h-40 overflow-y-auto text-ink-2">
          {plan.again.map((task) => (
            <li key={task.key} className="flex gap-2 py-0.5">
              <span className="min-w-0 flex-1 truncate text-ink" title={task.title}>
                {task.title}
              </span>
              <span className="shrink-0">
                {task.gathers ? "gathered anew" : (task.agent ?? "")}
              </span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
