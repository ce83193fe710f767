// Text from a model, shown safely. Safe by construction: raw HTML is never parsed
// (it shows as the characters that it is), images and links are
// never made (see components.tsx), so there is nothing to sanitise afterwards.

import { memo, useMemo } from "react";
import ReactMarkdown, { type Options } from "react-markdown";
import remarkGfm from "remark-gfm";
import type { Citation } from "@/bindings/bindings";
import { numberCitations, rehypeCitations } from "./citations";
import { CitationContext, MARKDOWN_COMPONENTS } from "./components";
import { rehypeHeadings } from "./headings";
import { type Piece, piecesOf } from "./pieces";
import "./markdown.css";

const REMARK = [remarkGfm];
const NO_CITATIONS: readonly Citation[] = [];

interface Props {
  text: string;
  /** The sources that the text refers to. */
  citations?: readonly Citation[];
  /** Opens a source. Without it the marks are plain numbers. */
  onCitation?: ((citation: Citation) => void) | undefined;
  /** `reading` is 15 px for reports, `interface` 13 px for panels. */
  size?: "reading" | "interface";
  /** Level in the page of the text's first heading. */
  firstHeading?: number;
  /** Whether more may come. What can't change any more is then not parsed again. */
  growing?: boolean;
}

interface PartProps {
  piece: Piece;
  firstHeading: number;
}

/** A part of a text, parsed once for as long as it is the same. */
const Part = memo(
  function Part({ piece, firstHeading }: PartProps) {
    const rehype = useMemo<Options["rehypePlugins"]>(
      () => [rehypeCitations, [rehypeHeadings, { first: firstHeading, open: piece.open }]],
      [firstHeading, piece.open],
    );
    return (
      <ReactMarkdown remarkPlugins={REMARK} rehypePlugins={rehype} components={MARKDOWN_COMPONENTS}>
        {piece.text}
      </ReactMarkdown>
    );
  },
  (one, other) =>
    one.firstHeading === other.firstHeading &&
    one.piece.text === other.piece.text &&
    one.piece.open === other.piece.open,
);

/** Renders Markdown without scripts, images or live links. */
export const Markdown = memo(function Markdown({
  text,
  citations = NO_CITATIONS,
  onCitation,
  size = "reading",
  firstHeading = 2,
  growing = false,
}: Props) {
  const pieces = useMemo(() => (growing ? piecesOf(text) : [{ text, open: "" }]), [text, growing]);
  const context = useMemo(() => {
    const numbered = numberCitations(text, citations);
    return { byLabel: new Map(numbered.map((entry) => [entry.label, entry])), onCitation };
  }, [text, citations, onCitation]);
  return (
    <CitationContext value={context}>
      <div className={`md md-${size}`}>
        {pieces.map((piece, place) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a piece is what stands at its place, and stays there.
          <Part key={place} piece={piece} firstHeading={firstHeading} />
        ))}
      </div>
    </CitationContext>
  );
});
