// What was spent: today and its limit, each of the last thirty days, and on whom and what.

import { useQuery } from "@tanstack/react-query";
import { Coins } from "lucide-react";
import { useState } from "react";
import type { BudgetsView } from "@/bindings/bindings";
import { describeError } from "@/host";
import { budgetsQuery } from "@/shared/budgets";
import { WithInspector } from "@/shared/inspector/WithInspector";
import { DAY, SHOWN_DAYS, spendingQuery } from "@/shared/spending/spendingQueries";
import { Button } from "@/shared/ui/Button";
import { EmptyState } from "@/shared/ui/EmptyState";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";
import { Skeleton } from "@/shared/ui/Skeleton";
import { ExportButton, useExport } from "./ExportSpending";
import { LimitsInspector } from "./LimitsInspector";
import { SpentView, usePlace } from "./SpentView";
import { WarningList } from "./WarningList";

/** What is there once the limits, and with them the backend's day, are known. */
function Body({ budgets, onLimits }: { budgets: BudgetsView; onLimits: () => void }) {
  const [from, to] = [budgets.day - (SHOWN_DAYS - 1) * DAY, budgets.day];
  const place = usePlace(from, to);
  const query = useQuery(spendingQuery(from, to));
  const saving = useExport(place.day ?? from, place.day ?? to);
  const { data: view, error } = query;
  const empty = view !== undefined && view.days.length === 0;
  return (
    <>
      <div className="flex items-center gap-2">
        <h1 className="flex-1 text-title font-semibold">Spending</h1>
        {view === undefined || empty ? null : <ExportButton saving={saving} />}
        <Button small onClick={onLimits}>
          Limits
        </Button>
      </div>
      {saving.data ? (
        <p role="status" className="break-words text-ink select-text">
          It is in {saving.data.path}.
        </p>
      ) : null}
      {saving.error === null ? null : (
        <ErrorNotice title="It was not exported." {...describeError(saving.error)} />
      )}
      <WarningList warnings={budgets.warnings} />
      {view === undefined ? (
        error === null ? (
          <Skeleton rows={8} label="Loading what was spent" className="-mx-3" />
        ) : (
          <ErrorNotice
            title="What was spent could not be read."
            {...describeError(error)}
            action={<Button onClick={() => void query.refetch()}>Try again</Button>}
          />
        )
      ) : empty ? (
        <EmptyState icon={<Coins />} title="Nothing was spent in the last 30 days">
          What each model call costs appears here by day, agent, model and workflow. Rehearsal costs
          nothing; its tokens are counted.
        </EmptyState>
      ) : (
        <SpentView budgets={budgets} view={view} place={place} />
      )}
    </>
  );
}

/** The screen at `/spending`. */
export function SpendingScreen() {
  const budgets = useQuery(budgetsQuery);
  const [limits, setLimits] = useState(false);
  return (
    <WithInspector
      name="limits"
      label="Limits"
      inspector={
        limits && budgets.data !== undefined ? (
          <LimitsInspector view={budgets.data} onClose={() => setLimits(false)} />
        ) : null
      }
      onClose={() => setLimits(false)}
    >
      <div className="@container h-full overflow-y-auto">
        <div className="mx-auto flex w-full max-w-220 flex-col gap-6 px-6 pt-5 pb-14">
          {budgets.data !== undefined ? (
            <Body budgets={budgets.data} onLimits={() => setLimits(!limits)} />
          ) : (
            <>
              <h1 className="text-title font-semibold">Spending</h1>
              {budgets.error === null ? (
                <Skeleton rows={8} label="Loading what was spent" className="-mx-3" />
              ) : (
                <ErrorNotice
                  title="What was spent could not be read."
                  {...describeError(budgets.error)}
                  action={<Button onClick={() => void budgets.refetch()}>Try again</Button>}
                />
              )}
            </>
          )}
        </div>
      </div>
    </WithInspector>
  );
}
