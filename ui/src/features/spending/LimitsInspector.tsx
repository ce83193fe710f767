// The limits, beside what is spent of them.

import { Link } from "@tanstack/react-router";
import type { BudgetsView } from "@/bindings/bindings";
import { InspectorFrame, InspectorSection } from "@/shared/inspector/WithInspector";
import { formatCount } from "@/shared/lib/format";
import { formatMoney } from "@/shared/lib/money";
import { LIMITS_LEAD, LimitsForm } from "@/shared/spending/LimitsForm";
import { type Agent, useAgentStore } from "@/stores";

/** Agents that have a limit of their own. */
function limited(view: BudgetsView, agents: readonly Agent[]) {
  return agents.flatMap((agent) => {
    const limit = view.budgets.agents?.[agent.uid];
    if (limit === undefined) return [];
    const parts = [
      typeof limit.money === "number" ? formatMoney(limit.money) : null,
      typeof limit.tokens === "number" ? `${formatCount(limit.tokens)} tokens` : null,
    ].filter((part) => part !== null);
    return [{ agent, words: `${parts.join(" and ")} a day` }];
  });
}

/** The inspector. */
export function LimitsInspector({ view, onClose }: { view: BudgetsView; onClose: () => void }) {
  const agents = useAgentStore((state) => state.agents);
  const own = limited(view, agents);
  return (
    <InspectorFrame title="Limits" onClose={onClose}>
      <p className="mt-4 mb-4 text-ink-2">{LIMITS_LEAD}</p>
      <LimitsForm view={view} />
      <InspectorSection title="Single agents">
        {own.length === 0 ? null : (
          <ul className="mb-2">
            {own.map(({ agent, words }) => (
              <li key={agent.uid} className="flex min-h-7 items-center justify-between gap-3">
                <Link
                  to="/agents"
                  search={{ agent: agent.id }}
                  className="min-w-0 break-words text-ink underline decoration-line-strong underline-offset-3"
                >
                  {agent.name}
                </Link>
                <span className="tabular shrink-0 text-ink-2">{words}</span>
              </li>
            ))}
          </ul>
        )}
        <p className="text-note text-ink-2">
          An agent's own limit is set in its inspector, and the budget of a workflow or a task where
          it runs.
        </p>
      </InspectorSection>
    </InspectorFrame>
  );
}
