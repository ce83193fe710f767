// What is asked about schedules. Answers are asked for again when something was recorded that they tell of.

import { queryOptions, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { api, onFacts } from "@/host";

/** Every schedule, by name. */
export const schedulesQuery = queryOptions({
  queryKey: ["schedules"],
  queryFn: api.listSchedules,
});

/** What went wrong and was not seen yet. */
export const noticesQuery = queryOptions({
  queryKey: ["schedules", "notices"],
  queryFn: api.listScheduleNotices,
});

/** One schedule and what became of its due times. */
export const scheduleQuery = (id: number) =>
  queryOptions({ queryKey: ["schedules", id], queryFn: () => api.getSchedule(id) });

/** Facts after which a schedule may look different. */
const CONCERNS = /^schedule_|^workflow_(completed|failed|cancelled|retried|deleted)$/;

/** Keeps what is shown of schedules up to date while a component is there. */
export function useFreshSchedules(): void {
  const client = useQueryClient();
  useEffect(
    () =>
      onFacts((kinds) => {
        if (kinds === null || [...kinds].some((kind) => CONCERNS.test(kind))) {
          void client.invalidateQueries({ queryKey: schedulesQuery.queryKey });
        }
      }),
    [client],
  );
}
