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
}

/** Renders Markdown without scripts, images or live links. */
export const Markdown = memo(function Markdown({
  text,
  citations = NO_CITATIONS,
  onCitation,
  size = "reading",
  firstHeading = 2,
}: Props) {
  const rehype = useMemo<Options["rehypePlugins"]>(
    () => [rehypeCitations, [rehypeHeadings, { first: firstHeading }]],
    [firstHeading],
  );
  const context = useMemo(() => {
    const numbered = numberCitations(text, citations);
    return { byLabel: new Map(numbered.map((entry) => [entry.label, entry])), onCitation };
  }, [text, citations, onCitation]);
  return (
    <CitationContext value={context}>
      <div className={`md md-${size}`}>
        <ReactMarkdown
          remarkPlugins={REMARK}
          rehypePlugins={rehype}
          components={MARKDOWN_COMPONENTS}
        >
          {text}
        </ReactMarkdown>
      </div>
    </CitationContext>
  );
});
