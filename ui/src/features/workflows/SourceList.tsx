// The numbered sources of a text, as they stand in its margin: file, lines and the words themselves.

import type { Citation } from "@/bindings/bindings";
import { numberCitations, whereOf } from "@/shared/markdown";
import { StaysHere } from "@/shared/ui/StaysHere";

interface Props {
  text: string;
  citations: readonly Citation[];
  onCitation: (citation: Citation) => void;
  /** Level of the heading in the page. */
  heading?: "h2" | "h3";
  className?: string;
}

/** Every source with its number in the text. A click opens the document at its lines. */
export function SourceList({
  text,
  citations,
  onCitation,
  heading: Heading = "h2",
  className,
}: Props) {
  const numbered = numberCitations(text, citations);
  if (citations.length === 0) return null;
  return (
    <section aria-label="Sources" className={className}>
      <Heading className="mb-1 text-note font-semibold text-ink-2">Sources</Heading>
      <ol>
        {numbered.map(({ number, label, citation }) =>
          citation === null ? null : (
            <li key={label}>
              <button
                type="button"
                onClick={() => onCitation(citation)}
                title={citation.quote}
                className="-mx-2 flex w-[calc(100%+16px)] gap-2.5 rounded-md px-2 py-1.5 text-left hover:bg-hover"
              >
                <span className="tabular w-4 shrink-0 text-right text-note font-medium text-accent">
                  {number}
                </span>
                <span className="min-w-0 text-note">
                  <span className="block break-words text-ink">{whereOf(citation)}</span>
                  <span className="flex flex-wrap items-center gap-x-2 text-ink-3">
                    {citation.source_name}
                    {citation.stays_here ? <StaysHere /> : null}
                  </span>
                  <span className="mt-0.5 line-clamp-3 break-words text-ink-2">
                    “{citation.quote.trim()}”
                  </span>
                </span>
              </button>
            </li>
          ),
        )}
      </ol>
    </section>
  );
}
