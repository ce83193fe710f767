// Every recorded fact of a workflow, in order. Facts are never changed or removed.

import { useCallback, useState } from "react";
import { useListKeys } from "@/shared/hooks/useListKeys";
import { Button } from "@/shared/ui/Button";
import { EmptyState } from "@/shared/ui/EmptyState";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";
import { Skeleton } from "@/shared/ui/Skeleton";
import { VirtualList } from "@/shared/ui/VirtualList";
import { JournalRow } from "./JournalRow";
import { useJournal } from "./useJournal";

function toggled(open: ReadonlySet<number>, seq: number): ReadonlySet<number> {
  const next = new Set(open);
  if (!next.delete(seq)) next.add(seq);
  return next;
}

/** The journal of one workflow. Mount it anew for another one. */
export function JournalView({ workflowId, live }: { workflowId: number; live: boolean }) {
  const { entries, loading, error, retry } = useJournal(workflowId, live);
  const [open, setOpen] = useState<ReadonlySet<number>>(new Set());
  const toggle = useCallback((seq: number) => setOpen((known) => toggled(known, seq)), []);
  const { active } = useListKeys(entries.length, (index) => {
    const entry = entries[index];
    if (entry !== undefined) toggle(entry.seq);
  });

  if (loading) return <Skeleton rows={8} label="Loading the journal" />;
  return (
    <div className="flex h-full min-h-0 flex-col">
      {error === null ? null : (
        <ErrorNotice
          title="The journal could not be read."
          message={error.message}
          nextStep={error.details.next_step}
          action={<Button onClick={retry}>Try again</Button>}
          className="mb-2"
        />
      )}
      {entries.length === 0 && error === null ? (
        <EmptyState title="Nothing is recorded yet">
          Facts appear here as soon as the workflow starts.
        </EmptyState>
      ) : (
        <VirtualList
          label="Journal"
          items={entries}
          itemKey={(entry) => entry.seq}
          activeIndex={active}
          className="min-h-0 flex-1"
        >
          {(entry, index) => (
            <JournalRow
              entry={entry}
              open={open.has(entry.seq)}
              active={index === active}
              onToggle={toggle}
            />
          )}
        </VirtualList>
      )}
    </div>
  );
}
