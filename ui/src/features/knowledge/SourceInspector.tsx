// One source: its facts, what could not be read, and its documents, each of which opens in the viewer.

import { Link } from "@tanstack/react-router";
import { X } from "lucide-react";
import { useCallback, useDeferredValue, useState } from "react";
import type { SourceProblem, SourceView } from "@/bindings/bindings";
import { describeError } from "@/host";
import { Facts } from "@/shared/inspector/Facts";
import { formatBytes, formatCount, plural } from "@/shared/lib/format";
import { Button } from "@/shared/ui/Button";
import { Dialog } from "@/shared/ui/Dialog";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";
import { IconButton } from "@/shared/ui/IconButton";
import { ProgressLine } from "@/shared/ui/ProgressLine";
import { SearchField } from "@/shared/ui/SearchField";
import { Skeleton } from "@/shared/ui/Skeleton";
import { StatusBadge } from "@/shared/ui/StatusBadge";
import { TimeAgo } from "@/shared/ui/TimeAgo";
import { VirtualList } from "@/shared/ui/VirtualList";
import { useDocuments, useRemoveSource, useRescan } from "./knowledgeQueries";
import { placeOf, removalWords, STATE_LOOKS, scanWords } from "./sourceWords";
import type { Scan } from "./useScans";

interface Props {
  source: SourceView;
  scan: Scan | undefined;
  onClose: () => void;
}

function Problems({ problems }: { problems: readonly SourceProblem[] }) {
  if (problems.length === 0) return null;
  return (
    <details className="mt-2">
      <summary className="inline-flex h-7 items-center rounded-md text-note font-medium text-bad">
        {plural(problems.length, "file")} could not be read
      </summary>
      <ul className="max-h-50 overflow-y-auto">
        {problems.map((problem) => (
          <li key={problem.path} className="py-1">
            <p className="break-words text-ink">{problem.path}</p>
            <p className="text-note break-words text-ink-2">{problem.reason}</p>
          </li>
        ))}
      </ul>
    </details>
  );
}

function Documents({ source }: { source: SourceView }) {
  const [typed, setTyped] = useState("");
  const query = useDeferredValue(typed.trim());
  const pages = useDocuments(source.id, query);
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = pages;
  const more = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  const documents = pages.data?.pages.flat() ?? [];

  return (
    <section aria-label="Documents" className="mt-4 flex min-h-0 flex-1 flex-col">
      <div className="mb-1 px-5">
        <SearchField label="Filter documents by path" value={typed} onChange={setTyped} />
      </div>
      {pages.error !== null ? (
        <ErrorNotice
          title="The documents could not be read."
          {...describeError(pages.error)}
          action={<Button onClick={() => void pages.refetch()}>Try again</Button>}
          className="mx-5"
        />
      ) : null}
      {pages.isPending ? <Skeleton rows={4} label="Loading documents" className="px-2" /> : null}
      {pages.data !== undefined && documents.length === 0 ? (
        <p className="px-5 py-2 text-ink-3">
          {query === "" ? "No document is read yet." : "No document has this in its path."}
        </p>
      ) : null}
      <VirtualList
        label="Documents"
        items={documents}
        itemKey={(document) => document.id}
        estimate={40}
        onEnd={more}
        className="min-h-0 flex-1 px-3 pb-4"
      >
        {(document) => (
          <Link
            to="/knowledge/document"
            search={{ source: source.uid, path: document.path }}
            className="flex items-center gap-3 rounded-md px-2 py-1 hover:bg-hover focus-visible:-outline-offset-2"
          >
            <span className="min-w-0 flex-1">
              <span className="block truncate text-ink" title={document.path}>
                {document.path}
              </span>
              <span className="block truncate text-note text-ink-3" title={document.title}>
                {document.title}
              </span>
            </span>
            <span
              className="tabular shrink-0 text-note text-ink-3"
              title={`${formatBytes(document.bytes)}, ${plural(document.chunks, "passage")}`}
            >
              {formatCount(document.lines)} lines
            </span>
          </Link>
        )}
      </VirtualList>
    </section>
  );
}

function RemoveDialog({
  source,
  open,
  onClose,
  onRemove,
}: {
  source: SourceView;
  open: boolean;
  onClose: () => void;
  onRemove: () => void;
}) {
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title="Remove this source?"
      description={removalWords(source)}
      actions={
        <>
          <Button variant="danger" onClick={onRemove}>
            Remove
          </Button>
          <Button onClick={onClose}>Keep it</Button>
        </>
      }
    />
  );
}

function Actions({
  source,
  busy,
  onGone,
}: {
  source: SourceView;
  busy: boolean;
  onGone: () => void;
}) {
  const rescan = useRescan();
  const remove = useRemoveSource();
  const [asking, setAsking] = useState(false);
  const failed = rescan.error ?? remove.error;
  return (
    <>
      <div className="mt-3 flex gap-2">
        <Button small busy={rescan.isPending || busy} onClick={() => rescan.mutate(source.id)}>
          Re-scan
        </Button>
        <Button small variant="quiet" busy={remove.isPending} onClick={() => setAsking(true)}>
          Remove
        </Button>
      </div>
      {failed === null ? null : (
        <ErrorNotice
          title={rescan.error === null ? "The source was not removed." : "The source was not read."}
          {...describeError(failed)}
          className="mt-3"
        />
      )}
      <RemoveDialog
        source={source}
        open={asking}
        onClose={() => setAsking(false)}
        onRemove={() => {
          setAsking(false);
          remove.mutate(source.id, { onSuccess: onGone });
        }}
      />
    </>
  );
}

/** The selected source. */
export function SourceInspector({ source, scan, onClose }: Props) {
  const reading = scan !== undefined || source.state === "scanning";
  return (
    <div className="flex h-full min-h-0 flex-col">
      <header className="shrink-0 px-5 pt-4">
        <div className="flex items-start gap-3">
          <h2 className="min-w-0 flex-1 text-title font-semibold break-words select-text">
            {source.name}
          </h2>
          <IconButton label="Close" keys="esc" icon={<X />} onClick={onClose} className="-mr-2" />
        </div>
        <div className="mt-2 mb-3 flex h-5 items-center gap-3">
          <StatusBadge {...STATE_LOOKS[reading ? "scanning" : source.state]} />
          {reading ? (
            <>
              <span className="tabular text-note text-ink-2">{scanWords(scan)}</span>
              <ProgressLine
                label={`Reading ${source.name}`}
                done={scan?.done ?? 0}
                total={scan?.total ?? 0}
                className="flex-1"
              />
            </>
          ) : null}
        </div>
        <Facts
          facts={[
            { name: "Where", value: placeOf(source) },
            { name: "Documents", value: formatCount(source.documents) },
            { name: "Passages", value: formatCount(source.chunks) },
            { name: "Size", value: formatBytes(source.bytes) },
            {
              name: "Last read",
              value: source.scanned_at === null ? "Never" : <TimeAgo at={source.scanned_at} />,
            },
          ]}
        />
        <Problems problems={source.problems} />
        <Actions source={source} busy={reading} onGone={onClose} />
      </header>
      <Documents key={source.id} source={source} />
    </div>
  );
}
