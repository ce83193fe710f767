/** From the journal and the live rows to lanes on a scale, made anew once a second at most while the run goes on. */
import { useCallback, useMemo, useState } from "react";
import { useNow } from "@/shared/hooks/useNow";
import type { Task, Workflow } from "@/stores";
import { useJournal } from "../useJournal";
import { isFinal } from "../words";
import { lanesOf } from "./lanes";
import { readRecord } from "./record";
import { scaleOf } from "./scale";

/** When the run began and ended; null before its first fact. */
function boundsOf(workflow: Workflow, tasks: readonly Task[], now: number) {
  const from = workflow.started_at;
  if (from === null) return null;
  const last = tasks.map((task) => task.completed_at ?? task.started_at ?? from);
  const ended = isFinal(workflow.status);
  const to = ended ? (workflow.completed_at ?? Math.max(from, ...last)) : Math.max(now, ...last);
  return { from, to, live: !ended };
}

/** Lanes and scale of a run. `room` is the width in pixels that everything takes at zoom 1. */
export function useTimeline(
  workflow: Workflow,
  tasks: readonly Task[],
  room: number,
  zoom: number,
) {
  const live = !isFinal(workflow.status);
  const journal = useJournal(workflow.id, live);
  const now = useNow(live);
  const [opened, setOpened] = useState<ReadonlySet<number>>(new Set());
  const recorded = useMemo(() => readRecord(journal.entries), [journal.entries]);
  const bounds = boundsOf(workflow, tasks, now);
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
