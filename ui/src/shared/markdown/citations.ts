// Citation markers in model text, such as `[s1a2b3c]`: which there are, how they are numbered, and the step
// that turns them into marks while Markdown is rendered. Numbers follow the first mention in the text, so
// that the text and the list of sources beside it always agree.

import type { Citation } from "@/bindings/bindings";

/** Forbids a line break where it stands. */
const WORD_JOINER = "\u2060";

const MARKER = /\[(s[0-9a-f]{6})\]/g;

/** A source with the number that the reader sees. */
export interface NumberedCitation {
  number: number;
  label: string;
  /** None where the text names a source that is not on record (or not yet, while it is being written). */
  citation: Citation | null;
}

/** The labels that `text` mentions, each once, in order. */
function citedLabels(text: string): string[] {
  const labels = new Set<string>();
  for (const match of text.matchAll(MARKER)) {
    if (match[1] !== undefined) labels.add(match[1]);
  }
  return [...labels];
}

/** Numbers every source: first those that the text mentions, then those that it does not. */
export function numberCitations(text: string, citations: readonly Citation[]): NumberedCitation[] {
  const known = new Map(citations.map((citation) => [citation.label, citation]));
  const labels = citedLabels(text);
  for (const label of known.keys()) {
    if (!labels.includes(label)) labels.push(label);
  }
  return labels.map((label, index) => ({
    number: index + 1,
    label,
    citation: known.get(label) ?? null,
  }));
}

/** "notes/plan.md, lines 3 to 9". */
export function whereOf(citation: Pick<Citation, "path" | "start_line" | "end_line">): string {
  const { path, start_line, end_line } = citation;
  return start_line === end_line
    ? `${path}, line ${start_line}`
    : `${path}, lines ${start_line} to ${end_line}`;
}

/** A text to be taken elsewhere: markers become numbers, and the sources that they stand for follow at the end. */
export function textWithSources(text: string, citations: readonly Citation[]): string {
  const numbered = numberCitations(text, citations);
  const numbers = new Map(numbered.map(({ label, number }) => [label, number]));
  const body = text.replace(MARKER, (_marker, label: string) => `[${numbers.get(label)}]`);
  const sources = numbered.flatMap(({ number, citation }) =>
    citation === null ? [] : [`[${number}] ${citation.source_name}: ${whereOf(citation)}`],
  );
  return sources.length === 0 ? body : `${body.trimEnd()}\n\nSources\n\n${sources.join("\n")}\n`;
}

// As much of the syntax tree as is needed here.
interface TreeNode {
  type: string;
  tagName?: string;
  value?: string;
  properties?: Record<string, unknown>;
  children?: TreeNode[];
}

/** Splits a text node at its markers. Answers null when it has none. */
function splitAtMarkers(value: string): TreeNode[] | null {
  const parts: TreeNode[] = [];
  let from = 0;
  for (const match of value.matchAll(MARKER)) {
    // The mark brings its own distance, and must not be parted from its word at the end of a line.
    const before = value.slice(from, match.index).trimEnd();
    parts.push({ type: "text", value: `${before}${WORD_JOINER}` });
    parts.push({
      type: "element",
      tagName: "sup",
      properties: { dataCitation: match[1] },
      children: [],
    });
    from = match.index + match[0].length;
  }
  if (parts.length === 0) return null;
  if (from < value.length) parts.push({ type: "text", value: value.slice(from) });
  return parts;
}

function markIn(node: TreeNode): void {
  // A marker inside code is code.
  if (node.tagName === "code" || node.children === undefined) return;
  node.children = node.children.flatMap((child) => {
    if (child.type === "text") return splitAtMarkers(child.value ?? "") ?? [child];
    markIn(child);
    return [child];
  });
}

/** Rehype plugin: markers become `<sup data-citation="label">`. */
export function rehypeCitations(): (tree: unknown) => void {
  return (tree) => markIn(tree as TreeNode);
}
