// The small number in a text that leads to a source.

import type { Citation } from "@/bindings/bindings";
import { type NumberedCitation, whereOf } from "./citations";

const QUOTE_IN_TOOLTIP = 280;

/** Where the source is and what it says, as much as a tooltip can hold. */
function citationTooltip(citation: Citation): string {
  const quote = citation.quote.trim();
  const shown =
    quote.length > QUOTE_IN_TOOLTIP ? `${quote.slice(0, QUOTE_IN_TOOLTIP).trimEnd()}…` : quote;
  return `${citation.source_name}: ${whereOf(citation)}\n\n“${shown}”`;
}

interface Props {
  entry: NumberedCitation;
  onCitation?: ((citation: Citation) => void) | undefined;
}

/** A numbered mark. Without a source on record, or nowhere to go, it is plain text. */
export function CitationMark({ entry, onCitation }: Props) {
  const { citation, number } = entry;
  if (citation === null) {
    return (
      <sup className="md-mark md-mark-unknown" title="This source is not on record.">
        {number}
      </sup>
    );
  }
  if (onCitation === undefined) {
    return (
      <sup className="md-mark" title={citationTooltip(citation)}>
        {number}
      </sup>
    );
  }
  return (
    <button
      type="button"
      className="md-mark md-mark-button"
      title={citationTooltip(citation)}
      aria-label={`Source ${number}: ${whereOf(citation)}`}
      onClick={() => onCitation(citation)}
    >
      {number}
    </button>
  );
}
