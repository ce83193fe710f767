// Figures, bars and tables of what was spent, and which of it is looked at.

import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { X } from "lucide-react";
import type { ReactNode } from "react";
import type { BudgetsView, SpendingView, SpentSum } from "@/bindings/bindings";
import { describeError } from "@/host";
import { todaysLimit } from "@/shared/budgets";
import { DAY, SHOWN_DAYS, spendingQuery } from "@/shared/spending/spendingQueries";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";
import { IconButton } from "@/shared/ui/IconButton";
import { Skeleton } from "@/shared/ui/Skeleton";
import { SpendingBar } from "@/shared/ui/SpendingBar";
import { TabPanel, Tabs } from "@/shared/ui/Tabs";
import { DayBars } from "./DayBars";
import { costWords, type DayOf, dayWords, everyDay, measureOf, sumWords, together } from "./days";
import { agentRows, modelRows, workflowRows } from "./rows";
import { SpentTable } from "./SpentTable";

const SPLITS = ["agents", "models", "workflows"] as const;
type Split = (typeof SPLITS)[number];
const WORDS: Record<Split, { label: string; head: string; rows: typeof agentRows }> = {
  agents: { label: "Agents", head: "Agent", rows: agentRows },
  models: { label: "Models", head: "Model", rows: modelRows },
  workflows: { label: "Workflows", head: "Workflow", rows: workflowRows },
};

/** The chosen day and split, kept in the address. */
export function usePlace(from: number, to: number) {
  const search: { day?: number; by?: string } = useSearch({ strict: false });
  const navigate = useNavigate();
  const by = SPLITS.find((each) => each === search.by) ?? "agents";
  const { day: asked } = search;
  const shown = asked !== undefined && asked >= from && asked <= to && (asked - from) % DAY === 0;
  const day = shown ? asked : null;
  const go = (next: { day: number | null; by: Split }) =>
    void navigate({
      to: "/spending",
      search: { by: next.by, ...(next.day === null ? {} : { day: next.day }) },
      replace: true,
    });
  return {
    by,
    day,
    split: (next: Split) => go({ day, by: next }),
    choose: (next: number | null) => go({ day: next, by }),
  };
}

type Place = ReturnType<typeof usePlace>;

function Figure({ name, sum, children }: { name: string; sum: SpentSum; children?: ReactNode }) {
  return (
    <div className="min-w-40">
      <dt className="text-note text-ink-3">{name}</dt>
      <dd>
        <span className="tabular block text-title font-semibold text-ink">
          {costWords(sum.spent)}
        </span>
        <span className="tabular block text-note text-ink-2">
          {sumWords(sum).split(" · ").slice(1).join(" · ")}
        </span>
        {children}
      </dd>
    </div>
  );
}

function Figures({ budgets, days }: { budgets: BudgetsView; days: readonly DayOf[] }) {
  const sums = days.map(({ sum }) => sum);
  const today = sums.at(-1) ?? together([]);
  return (
    <dl className="flex flex-wrap gap-x-12 gap-y-4">
      <Figure name="Today" sum={{ ...today, spent: budgets.spent }}>
        <SpendingBar
          spent={budgets.spent}
          reserved={budgets.reserved}
          budget={todaysLimit(budgets)}
          className="mt-1"
        />
      </Figure>
      <Figure name="Last 7 days" sum={together(sums.slice(-7))} />
      <Figure name={`Last ${SHOWN_DAYS} days`} sum={together(sums)} />
    </dl>
  );
}

/** What the cost of the chosen days is split into. */
function Splits({ view, place }: { view: SpendingView; place: Place }) {
  const measure = measureOf(view.total.spent);
  return (
    <Tabs
      label="Spent on"
      value={place.by}
      onChange={place.split}
      tabs={SPLITS.map((value) => ({
        value,
        label: WORDS[value].label,
        count: WORDS[value].rows(view).length,
      }))}
    >
      {SPLITS.map((value) => (
        <TabPanel key={value} value={value} className="pt-1">
          {view.days.length === 0 ? (
            <p className="py-3 text-ink-3">Nothing was spent.</p>
          ) : (
            <SpentTable
              caption={`Spent by ${WORDS[value].head.toLowerCase()}`}
              head={WORDS[value].head}
              rows={WORDS[value].rows(view)}
              total={view.total}
              measure={measure}
            />
          )}
        </TabPanel>
      ))}
    </Tabs>
  );
}

interface Props {
  budgets: BudgetsView;
  view: SpendingView;
  place: Place;
}

/** All of it. */
export function SpentView({ budgets, view, place }: Props) {
  const days = everyDay(view, view.from, view.to);
  const { day } = place;
  const { data: ofDay, error } = useQuery({
    ...spendingQuery(day ?? 0, day ?? 0),
    enabled: day !== null,
  });
  const split = day === null ? view : ofDay;
  const unknown = view.total.spent.unpriced > 0;
  return (
    <>
      <Figures budgets={budgets} days={days} />
      <section aria-label="Day by day">
        <DayBars
          days={days}
          measure={measureOf(view.total.spent)}
          chosen={day}
          onChoose={place.choose}
        />
        <p className="mt-1 text-note text-ink-3">
          {measureOf(view.total.spent) === "money" ? "The bars are costs." : "The bars are tokens."}
          {unknown
            ? " A dotted top: some calls of that day have no known price and are in no cost."
            : ""}
        </p>
      </section>
      <section aria-label="Spent on what">
        <div className="mb-1 flex min-h-8 items-center gap-2">
          <h2 className="text-read font-semibold">
            {day === null ? `Last ${SHOWN_DAYS} days` : dayWords(day, true)}
          </h2>
          {day === null ? null : (
            <IconButton label="All days" icon={<X />} onClick={() => place.choose(null)} />
          )}
        </div>
        {error !== null && day !== null ? (
          <ErrorNotice title="This day could not be read." {...describeError(error)} />
        ) : split === undefined ? (
          <Skeleton rows={4} label="Loading the day" className="-mx-3" />
        ) : (
          <Splits view={split} place={place} />
        )}
      </section>
    </>
  );
}
