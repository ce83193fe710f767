// The recorded facts of one workflow, read forward in pages; while the workflow goes on, new facts are
// added at the end. Facts never change, so nothing is ever read twice.

import { useCallback, useEffect, useRef, useState } from "react";
import type { JournalEntry } from "@/bindings/bindings";
import { api, type HostError, toHostError } from "@/host";

const PAGE = 500;
const LIVE_INTERVAL_MS = 1000;

export interface JournalState {
  entries: readonly JournalEntry[];
  /** True until the first page is there. */
  loading: boolean;
  error: HostError | null;
  retry: () => void;
}

/** The facts so far. With `live` new ones are looked for once a second. */
export function useJournal(workflowId: number, live: boolean): JournalState {
  const [entries, setEntries] = useState<readonly JournalEntry[]>([]);
  const [loading, setLoading] = useState(true);
  const [error, setError] = useState<HostError | null>(null);
  const last = useRef(0);
  const busy = useRef(false);
  /** Asked for while reading: what is recorded since then must not be missed. */
  const again = useRef(false);

  const readOn = useCallback(async () => {
    again.current = true;
    if (busy.current) return;
    busy.current = true;
    try {
      while (again.current) {
        again.current = false;
        const page = await api.listJournal({
          workflow_id: workflowId,
          after: last.current,
          limit: PAGE,
        });
        last.current = page.at(-1)?.seq ?? last.current;
        if (page.length === PAGE) again.current = true;
        if (page.length > 0) setEntries((known) => [...known, ...page]);
      }
      setError(null);
    } catch (cause) {
      setError(toHostError(cause));
    } finally {
      busy.current = false;
      setLoading(false);
    }
  }, [workflowId]);

  // The end of a run brings its last facts, so this runs when `live` ends as well.
  useEffect(() => {
    void readOn();
    if (!live) return;
    const timer = setInterval(() => void readOn(), LIVE_INTERVAL_MS);
    return () => clearInterval(timer);
  }, [readOn, live]);

  return { entries, loading, error, retry: () => void readOn() };
}
