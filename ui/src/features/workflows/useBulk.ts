// Workflows that were marked in the list, and what is done to all of them at once, with how far it is.

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import type { BulkAct, BulkOutcome } from "@/bindings/bindings";
import { api, newRequestKey, onBulkProgress } from "@/host";
import { useWorkflowStore } from "@/stores";

/** What was refused, with why. */
function refusals({ items }: BulkOutcome): { id: number; message: string }[] {
  return items.flatMap(({ id, error }) => (error === null ? [] : [{ id, message: error.message }]));
}

/** The marked workflows and the acts on them. */
export function useBulk() {
  const client = useQueryClient();
  const [marked, setMarked] = useState<ReadonlySet<number>>(new Set());
  const [progress, setProgress] = useState<{ key: string; done: number; total: number } | null>(
    null,
  );
  useEffect(
    () =>
      onBulkProgress(({ request_key, done, total }) =>
        setProgress((known) =>
          known?.key === request_key ? { key: request_key, done, total } : known,
        ),
      ),
    [],
  );
  const acting = useMutation({
    mutationFn: (act: BulkAct) => {
      const key = newRequestKey();
      setProgress({ key, done: 0, total: marked.size });
      return api.bulkWorkflows(key, act, [...marked]);
    },
    onSuccess: (outcome, act) => {
      const refused = new Set(refusals(outcome).map(({ id }) => id));
      if (act === "delete") {
        for (const { id } of outcome.items) {
          if (!refused.has(id)) useWorkflowStore.getState().deleteWorkflow(id);
        }
      }
      // What was refused stays marked, so that it can be looked at.
      setMarked(refused);
      void client.invalidateQueries({ queryKey: ["workflows"] });
      void client.invalidateQueries({ queryKey: ["workflow-stats"] });
    },
    onSettled: () => setProgress(null),
  });
  return {
    marked,
    toggle: (id: number) =>
      setMarked((known) => {
        const next = new Set(known);
        if (!next.delete(id)) next.add(id);
        return next;
      }),
    clear: () => {
      setMarked(new Set());
      acting.reset();
    },
    progress,
    busy: acting.isPending,
    error: acting.error,
    refused: acting.data === undefined ? [] : refusals(acting.data),
    act: (act: BulkAct) => acting.mutate(act),
  };
}
