/** From the journal and the live rows to lanes on a scale, made anew once a second at most while the run goes on. */
import { useCallback, useMemo, useState } from "react";
import { useNow } from "@/shared/hooks/useNow";
import type { Task, Workflow } from "@/stores";
import { useJournal } from "../useJournal";
import { isAtRest, stoppedAt } from "../words";
import { lanesOf } from "./lanes";
import { type Recorded, readRecord } from "./record";
import { scaleOf } from "./scale";

/**
 * When the run began and ended; null before its first fact. What is on record may reach further than the workflow's own
 * times, for example where a failed run was taken up again.
 */
function boundsOf(workflow: Workflow, tasks: readonly Task[], recorded: Recorded, now: number) {
  const begun = workflow.started_at;
  if (begun === null) return null;
  const live = !isAtRest(workflow);
  const times = [
    ...tasks.map((task) => task.completed_at ?? task.started_at ?? begun),
    ...recorded.attempts.flatMap(({ from, to }) => [from, to ?? from]),
  ];
  const [first, last] = times.reduce(
    ([least, most], time) => [Math.min(least, time), Math.max(most, time)],
    [begun, live ? now : (stoppedAt(workflow) ?? begun)],
  );
  return { from: first, to: last };
}

/** Lanes and scale of a run. `room` is the width in pixels that everything takes at zoom 1. */
export function useTimeline(
  workflow: Workflow,
  tasks: readonly Task[],
  room: number,
  zoom: number,
) {
  const live = !isAtRest(workflow);
  const journal = useJournal(workflow.id, live);
  const now = useNow(live);
  const [opened, setOpened] = useState<ReadonlySet<number>>(new Set());
  const recorded = useMemo(() => readRecord(journal.entries), [journal.entries]);
  const bounds = boundsOf(workflow, tasks, recorded, now);
  const [from, to] = [bounds?.from ?? 0, bounds?.to ?? 0];
  const { lanes, busy } = useMemo(() => lanesOf(recorded, tasks, to), [recorded, tasks, to]);
  const scale = useMemo(
    () => scaleOf({ from, to, live, busy, opened, room, zoom }),
    [from, to, live, busy, opened, room, zoom],
  );
  const toggle = useCallback(
    (idle: number) =>
      setOpened((known) => {
        const next = new Set(known);
        if (!next.delete(idle)) next.add(idle);
        return next;
      }),
    [],
  );
  return { journal, lanes, scale, from, to, live, begun: bounds !== null, toggle };
}
