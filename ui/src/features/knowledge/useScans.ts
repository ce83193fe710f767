// How far the scans under way have come, by source.

import { useEffect, useState } from "react";
import { onKnowledgeScan } from "@/host";

export interface Scan {
  done: number;
  total: number;
}

/** Progress of every scan that is heard of. A finished one leaves. */
export function useScans(): ReadonlyMap<number, Scan> {
  const [scans, setScans] = useState<ReadonlyMap<number, Scan>>(new Map());
  useEffect(
    () =>
      onKnowledgeScan(({ source_id, done, total, finished }) =>
        setScans((known) => {
          const next = new Map(known);
          if (finished) next.delete(source_id);
          else next.set(source_id, { done, total });
          return next;
        }),
      ),
    [],
  );
  return scans;
}
