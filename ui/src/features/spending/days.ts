// The days of the screen, what is added up over them, and how they are written. Days begin at midnight UTC.

import type { SpendingView, SpentSum, Tally } from "@/bindings/bindings";
import { formatCount, plural } from "@/shared/lib/format";
import { formatMoney, spentWords } from "@/shared/lib/money";
import { DAY } from "@/shared/spending/spendingQueries";

/** What bars and shares are drawn by. */
export type Measure = "money" | "tokens";

const NO_CALLS: SpentSum = {
  calls: 0,
  spent: { money: 0, possible: 0, unpriced: 0, tokens: 0 },
};

/** One day. */
export interface DayOf {
  day: number;
  sum: SpentSum;
}

/** Money where any is known, else tokens: free models and those without a price cost these. */
export const measureOf = (total: Tally): Measure => (total.money > 0 ? "money" : "tokens");

/** Every day from `from` to `to`, those without calls included. */
export function everyDay({ days }: SpendingView, from: number, to: number): DayOf[] {
  const known = new Map(days.map(({ day, sum }) => [day, sum]));
  const count = Math.max(0, Math.round((to - from) / DAY) + 1);
  return Array.from({ length: count }, (_, place) => {
    const day = from + place * DAY;
    return { day, sum: known.get(day) ?? NO_CALLS };
  });
}

/** All of it together. */
export function together(sums: readonly SpentSum[]): SpentSum {
  return sums.reduce(
    (all, { calls, spent }) => ({
      calls: all.calls + calls,
      spent: {
        money: all.spent.money + spent.money,
        possible: all.spent.possible + spent.possible,
        unpriced: all.spent.unpriced + spent.unpriced,
        tokens: all.spent.tokens + spent.tokens,
      },
    }),
    NO_CALLS,
  );
}

/** The cost of a sum, also where it is nothing. */
export const costWords = (spent: Tally): string => spentWords(spent) ?? formatMoney(0);

/** `$1.20 · 32,000 tokens · 40 calls`. Calls from before they were counted are not said. */
export function sumWords({ calls, spent }: SpentSum): string {
  const parts = [costWords(spent), `${formatCount(spent.tokens)} tokens`];
  return [...parts, ...(calls === 0 ? [] : [plural(calls, "call")])].join(" · ");
}

/** `23 Nov`, or with the weekday and the year. */
export function dayWords(day: number, full = false): string {
  return new Intl.DateTimeFormat(undefined, {
    day: "numeric",
    month: full ? "long" : "short",
    timeZone: "UTC",
    ...(full ? { weekday: "long" as const, year: "numeric" as const } : {}),
  }).format(day);
}
