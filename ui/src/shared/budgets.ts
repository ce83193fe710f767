/** What may be spent, and how much of today's limit is left. */
import { queryOptions } from "@tanstack/react-query";
import type { BudgetsView, DayLimit, Tally } from "@/bindings/bindings";
import { api } from "@/host";
import { formatCount } from "./lib/format";
import { formatMoney } from "./lib/money";

const DAY = 24 * 60 * 60 * 1_000;
/** Where the day is over by this window's clock and not by the backend's, it is asked again so soon. */
const SOON = 60_000;

/** The limits, what was spent today, and warnings. Facts make it new (`useFreshSpending`), and so does the end of its day. */
export const budgetsQuery = queryOptions({
  queryKey: ["budgets"],
  queryFn: api.getBudgets,
  refetchInterval: ({ state }) =>
    state.data === undefined ? false : Math.max(SOON, state.data.day + DAY - Date.now()),
});

/** From this part of a limit on, it is said that little is left. */
export const NEARLY = 0.8;

/** Today's limit, with what the operator allowed on top of it when it was reached; of one agent where it is named. */
export function todaysLimit({ budgets, day }: BudgetsView, agent: string | null = null): DayLimit {
  const limit = agent === null ? budgets.day : (budgets.agents?.[agent] ?? budgets.agent_day);
  const extras = (budgets.extras ?? []).filter(
    (extra) => extra.day === day && extra.agent === agent,
  );
  const withMore = (part: "money" | "tokens") => {
    const most = limit?.[part] ?? null;
    return most === null ? null : extras.reduce((sum, extra) => sum + extra[part], most);
  };
  return { money: withMore("money"), tokens: withMore("tokens") };
}

/** The part of a limit that is nearest to its end. */
export interface Used {
  /** 1 where nothing is left. */
  part: number;
  spent: string;
  limit: string;
}

/** How much of a limit was used, of money or tokens, whichever is nearer to its end; null where there is no limit. */
export function usedMost(spent: Tally, limit: DayLimit): Used | null {
  const tokens = (count: number) => `${formatCount(count)} tokens`;
  const parts = [
    { spent: spent.money, limit: limit.money ?? null, write: formatMoney },
    { spent: spent.tokens, limit: limit.tokens ?? null, write: tokens },
  ].flatMap((each) =>
    each.limit === null
      ? []
      : [
          {
            part: each.limit === 0 ? 1 : each.spent / each.limit,
            spent: each.write(each.spent),
            limit: each.write(each.limit),
          },
        ],
  );
  return parts.sort((a, b) => b.part - a.part)[0] ?? null;
}
