// Text from a model, shown safely. Safe by construction: raw HTML is never parsed
// (it shows as the characters that it is), images and links are
// never made (see components.tsx), so there is nothing to sanitise afterwards.

import { memo, useMemo } from "react";
import ReactMarkdown from "react-markdown";
import remarkGfm from "remark-gfm";
import type { Citation } from "@/bindings/bindings";
import { numberCitations, rehypeCitations } from "./citations";
import { CitationContext, markdownComponents } from "./components";
import "./markdown.css";

const REMARK = [remarkGfm];
const REHYPE = [rehypeCitations];
const NO_CITATIONS: readonly Citation[] = [];

interface Props {
  text: string;
  /** The sources that the text refers to. */
  citations?: readonly Citation[];
  /** Opens a source. Without it the marks are plain numbers. */
  onCitation?: ((citation: Citation) => void) | undefined;
  /** `reading` is 15 px for reports, `interface` 13 px for panels. */
  size?: "reading" | "interface";
  /** How many levels below the top of the page the text's own headings begin. */
  headingOffset?: number;
}

/** Renders Markdown without scripts, images or live links. */
export const Markdown = memo(function Markdown({
  text,
  citations = NO_CITATIONS,
  onCitation,
  size = "reading",
  headingOffset = 2,
}: Props) {
  const components = useMemo(() => markdownComponents(headingOffset), [headingOffset]);
  const context = useMemo(() => {
    const numbered = numberCitations(text, citations);
    return { byLabel: new Map(numbered.map((entry) => [entry.label, entry])), onCitation };
  }, [text, citations, onCitation]);
  return (
    <CitationContext value={context}>
      <div className={`md md-${size}`}>
        <ReactMarkdown remarkPlugins={REMARK} rehypePlugins={REHYPE} components={components}>
          {text}
        </ReactMarkdown>
      </div>
    </CitationContext>
  );
});
