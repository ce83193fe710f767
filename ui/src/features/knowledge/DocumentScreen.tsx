// The viewer: a document as the crew read it, at the lines that a citation names. It shows the source text
// with line numbers also for Markdown, because lines are what citations point at.

import { useCanGoBack, useNavigate, useRouter, useSearch } from "@tanstack/react-router";
import { ArrowLeft } from "lucide-react";
import type { DocumentText } from "@/bindings/bindings";
import { describeError } from "@/host";
import { formatCount } from "@/shared/lib/format";
import { useKeys } from "@/shared/lib/keys";
import { CopyButton } from "@/shared/markdown";
import { Button } from "@/shared/ui/Button";
import { EmptyState } from "@/shared/ui/EmptyState";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";
import { IconButton } from "@/shared/ui/IconButton";
import { Skeleton } from "@/shared/ui/Skeleton";
import { TimeAgo } from "@/shared/ui/TimeAgo";
import { DocumentLines, type LineRange } from "./DocumentLines";
import { useDocumentText } from "./knowledgeQueries";

interface Search {
  source?: unknown;
  path?: string;
  from?: number;
  to?: number;
}

/** Back to where the operator came from; to the knowledge where there is no way back. */
function useBack(): () => void {
  const router = useRouter();
  const navigate = useNavigate();
  const canGoBack = useCanGoBack();
  return () => {
    if (canGoBack) router.history.back();
    else void navigate({ to: "/knowledge" });
  };
}

/** The lines that an address names, if it names any. */
export function rangeOf({ from, to }: Pick<Search, "from" | "to">): LineRange | null {
  if (from === undefined || from < 1) return null;
  return { from, to: Math.max(from, to ?? from) };
}

function rangeWords(range: LineRange): string {
  return range.from === range.to ? `Line ${range.from}` : `Lines ${range.from} to ${range.to}`;
}

interface HeadProps {
  path: string;
  text: DocumentText | undefined;
  range: LineRange | null;
  onBack: () => void;
}

function Head({ path, text, range, onBack }: HeadProps) {
  return (
    <header className="flex shrink-0 items-start gap-2 border-b border-line px-4 pt-4 pb-3">
      <IconButton label="Back" keys="esc" icon={<ArrowLeft />} onClick={onBack} />
      <div className="min-w-0 flex-1">
        <h1 className="text-title font-semibold break-words select-text">{path}</h1>
        <p className="flex flex-wrap gap-x-3 text-note text-ink-3">
          {text === undefined ? (
            " "
          ) : (
            <>
              <span>{text.source_name}</span>
              <span className="tabular">{formatCount(text.document.lines)} lines</span>
              <span>
                read <TimeAgo at={text.document.indexed_at} />
              </span>
              {range === null ? null : (
                <span className="tabular font-medium text-accent">{rangeWords(range)}</span>
              )}
            </>
          )}
        </p>
      </div>
      {text === undefined ? null : <CopyButton text={text.text} what="document" />}
    </header>
  );
}

function Changed() {
  return (
    <output className="block shrink-0 border-b border-line bg-hover px-6 py-2 text-ink-2">
      The file on disk is another one by now, or gone. This is the text as the crew read it. Re-scan
      the source under Knowledge to read it again.
    </output>
  );
}

/** The screen at `/knowledge/document`. */
export function DocumentScreen() {
  const search: Search = useSearch({ strict: false });
  const source = String(search.source ?? "");
  const path = search.path ?? "";
  const query = useDocumentText(source, path);
  const onBack = useBack();
  const range = rangeOf(search);
  useKeys([{ keys: "esc", label: "Back", run: onBack }]);

  if (source === "" || path === "") {
    return (
      <EmptyState title="No document is named" action={<Button onClick={onBack}>Back</Button>}>
        Open one from a citation, or from a source under Knowledge.
      </EmptyState>
    );
  }
  const text = query.data;
  return (
    <div className="flex h-full min-h-0 flex-col">
      <Head path={path} text={text} range={range} onBack={onBack} />
      {text?.changed_on_disk ? <Changed /> : null}
      {query.error === null ? null : (
        <ErrorNotice
          title="The document could not be opened."
          {...describeError(query.error)}
          action={<Button onClick={() => void query.refetch()}>Try again</Button>}
          className="m-6"
        />
      )}
      {query.isPending ? <Skeleton rows={10} label="Loading the document" className="p-4" /> : null}
      {text === undefined ? null : (
        <DocumentLines key={path} text={text.text} label={`Text of ${path}`} range={range} />
      )}
    </div>
  );
}
