// What may be spent, what was spent today, and what models cost.

import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { BudgetsView } from "@/bindings/bindings";
import { describeError } from "@/host";
import { budgetsQuery, todaysLimit } from "@/shared/budgets";
import { spentInFull } from "@/shared/lib/money";
import { LIMITS_LEAD, LimitsForm } from "@/shared/spending/LimitsForm";
import { Button } from "@/shared/ui/Button";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";
import { Skeleton } from "@/shared/ui/Skeleton";
import { SpendingBar } from "@/shared/ui/SpendingBar";
import { Part } from "./Part";
import { PricesPart } from "./PricesPart";

function Today({ view }: { view: BudgetsView }) {
  return (
    <Part
      title="Today"
      lead="Days begin at midnight UTC."
      aside={
        <Link to="/spending" className="text-accent underline underline-offset-2">
          All spending
        </Link>
      }
    >
      <p className="tabular mb-2 text-ink">{spentInFull(view.spent)}</p>
      <SpendingBar spent={view.spent} reserved={view.reserved} budget={todaysLimit(view)} />
      {view.agents.length === 0 ? null : (
        <table className="mt-3 w-full max-w-120">
          <caption className="sr-only">What agents spent today</caption>
          <tbody>
            {view.agents.map(({ agent, name, spent }) => (
              <tr key={agent} className="h-8">
                <th scope="row" className="text-left font-normal text-ink-2">
                  {name}
                </th>
                <td className="tabular text-right text-ink">{spentInFull(spent)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Part>
  );
}

/** Budgets and prices. */
export function BudgetsSection() {
  const budgets = useQuery(budgetsQuery);
  return (
    <>
      {budgets.data !== undefined ? (
        <>
          <Today view={budgets.data} />
          <Part title="Limits" lead={LIMITS_LEAD}>
            <LimitsForm view={budgets.data} />
          </Part>
        </>
      ) : budgets.error === null ? (
        <Skeleton rows={6} label="Loading budgets" className="-mx-3" />
      ) : (
        <ErrorNotice
          title="The budgets could not be read."
          {...describeError(budgets.error)}
          action={<Button onClick={() => void budgets.refetch()}>Try again</Button>}
        />
      )}
      <PricesPart />
    </>
  );
}
