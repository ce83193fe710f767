// The documents behind the marks in a text, folded until somebody wants them.

import type { Citation } from "@/bindings/bindings";
import { plural } from "@/shared/lib/format";
import { numberCitations, whereOf } from "./citations";
import { useOpenCitation } from "./useOpenCitation";

/** Nothing where there are none. A click opens the document at its lines. */
export function FoldedSources({
  text,
  citations,
}: {
  text: string;
  citations: readonly Citation[];
}) {
  const open = useOpenCitation();
  if (citations.length === 0) return null;
  return (
    <details className="mt-2">
      <summary className="inline-flex h-6 items-center rounded-sm text-note text-accent">
        {plural(citations.length, "source")}
      </summary>
      <ol className="mt-1">
        {numberCitations(text, citations).map(({ number, label, citation }) =>
          citation === null ? null : (
            <li key={label}>
              <button
                type="button"
                title={citation.quote}
                onClick={() => open(citation)}
                className="-mx-2 flex w-[calc(100%+16px)] gap-2 rounded-md px-2 py-1 text-left text-note hover:bg-hover"
              >
                <span className="tabular w-4 shrink-0 text-right font-medium text-accent">
                  {number}
                </span>
                <span className="min-w-0 break-words text-ink">
                  {whereOf(citation)}
                  <span className="text-ink-3"> · {citation.source_name}</span>
                </span>
              </button>
            </li>
          ),
        )}
      </ol>
    </details>
  );
}
