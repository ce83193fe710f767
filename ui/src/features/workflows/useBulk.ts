// Workflows that were marked in the list, and what is done to all of them at once, with how far it is.

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import type { BulkAct, BulkOutcome } from "@/bindings/bindings";
import { api, newRequestKey, onBulkProgress } from "@/host";
import { plural } from "@/shared/lib/format";
import { useWorkflowStore } from "@/stores";

/** What was refused, with why. */
function refusals({ items }: BulkOutcome): { id: number; message: string }[] {
  return items.flatMap(({ id, error }) => (error === null ? [] : [{ id, message: error.message }]));
}

const DONE: Record<BulkAct, string> = {
  cancel: "cancelled",
  retry: "taken up again",
  delete: "deleted",
};

/** What was done, in words; null where nothing was. */
function doneWords(act: BulkAct, { items }: BulkOutcome): string | null {
  const done = items.filter(({ error }) => error === null).length;
  return done === 0 ? null : `${plural(done, "workflow")} ${DONE[act]}.`;
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
  // What is marked next has nothing to do with what was done before.
  const mark = (next: (known: ReadonlySet<number>) => ReadonlySet<number>) => {
    if (acting.isPending) return;
    acting.reset();
    setMarked(next);
  };
  return {
    marked,
    toggle: (id: number) =>
      mark((known) => {
        const next = new Set(known);
        if (!next.delete(id)) next.add(id);
        return next;
      }),
    set: (ids: readonly number[]) => mark(() => new Set(ids)),
    clear: () => mark(() => new Set()),
    /** What was done to those that were marked last. */
    told: acting.data === undefined ? null : doneWords(acting.variables, acting.data),
    progress,
    busy: acting.isPending,
    error: acting.error,
    refused: acting.data === undefined ? [] : refusals(acting.data),
    act: (act: BulkAct) => acting.mutate(act),
  };
}
