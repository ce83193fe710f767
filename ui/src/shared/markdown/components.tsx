// How the parts of a Markdown text are shown. Deliberately absent: raw HTML, images and live links. What a
// model writes can look like anything, but it can never load, run or open something.

import { Children, createContext, isValidElement, type ReactNode, useContext } from "react";
import type { Components } from "react-markdown";
import type { Citation } from "@/bindings/bindings";
import { CitationMark } from "./CitationMark";
import { CopyButton } from "./CopyButton";
import type { NumberedCitation } from "./citations";

/** The sources of the text that is shown, and what opens them. */
export const CitationContext = createContext<{
  byLabel: ReadonlyMap<string, NumberedCitation>;
  onCitation: ((citation: Citation) => void) | undefined;
}>({ byLabel: new Map(), onCitation: undefined });

/** The characters of rendered children. */
function textOf(node: ReactNode): string {
  if (typeof node === "string" || typeof node === "number") return String(node);
  if (Array.isArray(node)) return node.map(textOf).join("");
  if (isValidElement<{ children?: ReactNode }>(node)) return textOf(node.props.children);
  return "";
}

function languageOf(children: ReactNode): string {
  const [code] = Children.toArray(children);
  if (!isValidElement<{ className?: string }>(code)) return "";
  return /language-([\w+#.-]+)/.exec(code.props.className ?? "")?.[1] ?? "";
}

function CodeBlock({ children }: { children?: ReactNode }) {
  const language = languageOf(children);
  return (
    <div className="md-code">
      <div className="md-code-head">
        <span>{language || "code"}</span>
        <CopyButton text={textOf(children).replace(/\n$/, "")} what="code" />
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <pre tabIndex={0}>{children}</pre>
    </div>
  );
}

function TableFrame({ children }: { children?: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section className="md-table" aria-label="Table" tabIndex={0}>
      <table>{children}</table>
    </section>
  );
}

function DeadLink({ href, children }: { href?: string | undefined; children?: ReactNode }) {
  const address = href ?? "";
  if (address === "" || address.startsWith("#")) return <>{children}</>;
  return (
    <span className="md-link" title={address}>
      {children}
    </span>
  );
}

function ImageLabel({ alt }: { alt?: string | undefined }) {
  return <span className="md-image">{alt ? `Image: ${alt}` : "Image"}</span>;
}

function Superscript({ label, children }: { label: unknown; children?: ReactNode }) {
  const { byLabel, onCitation } = useContext(CitationContext);
  const entry = typeof label === "string" ? byLabel.get(label) : undefined;
  return entry === undefined ? (
    <sup>{children}</sup>
  ) : (
    <CitationMark entry={entry} onCitation={onCitation} />
  );
}

// The tick of a task list: an input would look as if it could be changed.
function Tick({ checked }: { checked?: boolean | undefined }) {
  return (
    <span role="img" aria-label={checked ? "done" : "open"} className="md-tick">
      {checked ? "☑" : "☐"}
    </span>
  );
}

/**
 * The parts. They stay the same while a text grows, so that nothing is built anew under the reader's eyes; sources
 * come through the context.
 */
export const MARKDOWN_COMPONENTS: Components = {
  a: ({ href, children }) => <DeadLink href={href}>{children}</DeadLink>,
  img: ({ alt }) => <ImageLabel alt={alt} />,
  pre: ({ children }) => <CodeBlock>{children}</CodeBlock>,
  table: ({ children }) => <TableFrame>{children}</TableFrame>,
  input: ({ checked }) => <Tick checked={checked} />,
  sup: ({ node, children }) => (
    <Superscript label={node?.properties.dataCitation}>{children}</Superscript>
  ),
};
