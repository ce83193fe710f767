// What the crew retrieves from: its sources, a way to add one, and a search as the crew would do it.

import { useNavigate, useSearch } from "@tanstack/react-router";
import { BookOpen } from "lucide-react";
import { useCallback } from "react";
import type { SourceView } from "@/bindings/bindings";
import { describeError } from "@/host";
import { useListKeys } from "@/shared/hooks/useListKeys";
import { WithInspector } from "@/shared/inspector/WithInspector";
import { Button } from "@/shared/ui/Button";
import { EmptyState } from "@/shared/ui/EmptyState";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";
import { Skeleton } from "@/shared/ui/Skeleton";
import { AddSource } from "./AddSource";
import { useSources } from "./knowledgeQueries";
import { SourceInspector } from "./SourceInspector";
import { SourceRow } from "./SourceRow";
import { TrySearch } from "./TrySearch";
import { type Scan, useScans } from "./useScans";

interface SourcesProps {
  sources: readonly SourceView[];
  scans: ReadonlyMap<number, Scan>;
  selectedId: number | null;
  onOpen: (id: number) => void;
}

function Sources({ sources, scans, selectedId, onOpen }: SourcesProps) {
  const { active, setActive } = useListKeys(sources.length, (index) => {
    const id = sources[index]?.id;
    if (id !== undefined) onOpen(id);
  });
  const reach = useCallback(
    (id: number) => setActive(sources.findIndex((source) => source.id === id)),
    [sources, setActive],
  );
  if (sources.length === 0) {
    return (
      <EmptyState icon={<BookOpen />} title="No sources">
        Add a folder or a file above. Until then the crew works without sources and says so.
      </EmptyState>
    );
  }
  return (
    <ul aria-label="Sources">
      {sources.map((source, index) => (
        <li key={source.id}>
          <SourceRow
            source={source}
            scan={scans.get(source.id)}
            selected={source.id === selectedId}
            active={index === active}
            onOpen={onOpen}
            onReach={reach}
          />
        </li>
      ))}
    </ul>
  );
}

/** The selected source, kept in the address. */
function useSelected() {
  const search: { source?: unknown } = useSearch({ strict: false });
  const navigate = useNavigate();
  const selectedId = typeof search.source === "number" ? search.source : null;
  const select = useCallback(
    (source: number | null) => {
      const next = source === null ? {} : { source };
      void navigate({ to: "/knowledge", search: next, replace: true });
    },
    [navigate],
  );
  return { selectedId, select };
}

/** The screen at `/knowledge`. */
export function KnowledgeScreen() {
  const sources = useSources();
  const scans = useScans();
  const { selectedId, select } = useSelected();
  const close = useCallback(() => select(null), [select]);
  const selected = sources.data?.find((source) => source.id === selectedId);
  const inspector =
    selected === undefined ? null : (
      <SourceInspector
        key={selected.id}
        source={selected}
        scan={scans.get(selected.id)}
        onClose={close}
      />
    );

  return (
    <WithInspector name="source" label="Source" inspector={inspector} onClose={close}>
      <div className="@container h-full overflow-y-auto px-3 pt-5 pb-10">
        <h1 className="px-3 text-title font-semibold">Knowledge</h1>
        <p className="mt-0.5 mb-4 max-w-[80ch] px-3 text-ink-2">
          The crew answers from these files and names the lines it used. Files are read, never
          changed.
        </p>
        <div className="mb-4 px-3">
          <AddSource />
        </div>
        {sources.error === null ? null : (
          <ErrorNotice
            title="The sources could not be read."
            {...describeError(sources.error)}
            action={<Button onClick={() => void sources.refetch()}>Try again</Button>}
            className="mx-3 mb-3"
          />
        )}
        {sources.isPending ? <Skeleton rows={3} label="Loading sources" /> : null}
        {sources.data === undefined ? null : (
          <Sources sources={sources.data} scans={scans} selectedId={selectedId} onOpen={select} />
        )}
        <div className="mt-8">
          <TrySearch />
        </div>
      </div>
    </WithInspector>
  );
}
