// What is asked about earlier spending, and how it and today's are kept up to date.

import { queryOptions, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { api, onFacts } from "@/host";
import { budgetsQuery } from "../budgets";

/** A day in milliseconds. */
export const DAY = 24 * 60 * 60 * 1_000;
/** How many days the screen shows, today included. */
export const SHOWN_DAYS = 30;

const KEY = "spending";

/** What was spent on the days that begin at `from` to `to`, both included. */
export const spendingQuery = (from: number, to: number) =>
  queryOptions({ queryKey: [KEY, from, to], queryFn: () => api.getSpending(from, to) });

/** Facts after which sums, limits or warnings may be others. */
const CONCERNS =
  /^(call_(started|finished|failed|interrupted)|budget.*|workflow_(completed|failed|cancelled|deleted))$/;

/** Calls of many agents come and go all the time; sums are read at most so often. */
const RENEWED_MS = 1_000;

/** Asks anew for sums, limits and warnings when something was recorded that they follow from. Once in the window. */
export function useFreshSpending(): void {
  const client = useQueryClient();
  useEffect(() => {
    let resting: ReturnType<typeof setTimeout> | null = null;
    let old = false;
    const renew = () => {
      old = false;
      void client.invalidateQueries({ queryKey: budgetsQuery.queryKey });
      void client.invalidateQueries({ queryKey: [KEY] });
      resting = setTimeout(() => {
        resting = null;
        if (old) renew();
      }, RENEWED_MS);
    };
    const stop = onFacts((kinds) => {
      if (kinds !== null && ![...kinds].some((kind) => CONCERNS.test(kind))) return;
      if (resting === null) renew();
      else old = true;
    });
    return () => {
      stop();
      if (resting !== null) clearTimeout(resting);
    };
  }, [client]);
}
