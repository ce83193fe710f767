// The documents of a source, narrowed by path; each opens in the viewer.

import { Link } from "@tanstack/react-router";
import { useCallback, useDeferredValue, useState } from "react";
import type { DocumentView, SourceView } from "@/bindings/bindings";
import { describeError } from "@/host";
import { formatBytes, formatCount, plural } from "@/shared/lib/format";
import { Button } from "@/shared/ui/Button";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";
import { SearchField } from "@/shared/ui/SearchField";
import { Skeleton } from "@/shared/ui/Skeleton";
import { VirtualList } from "@/shared/ui/VirtualList";
import { useDocuments } from "./knowledgeQueries";

function DocumentRow({ source, document }: { source: SourceView; document: DocumentView }) {
  return (
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
  );
}

/** The list with its filter. */
export function SourceDocuments({ source }: { source: SourceView }) {
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
        {(document) => <DocumentRow source={source} document={document} />}
      </VirtualList>
    </section>
  );
}
