// How a source is said in words.

import type { SourceState, SourceView } from "@/bindings/bindings";
import { plural } from "@/shared/lib/format";
import type { Scan } from "./useScans";

/** Status shapes that stand for the states of a source. */
export const STATE_LOOKS: Record<
  SourceState,
  { status: "pending" | "running" | "completed" | "failed"; word: string }
> = {
  waiting: { status: "pending", word: "Not read yet" },
  scanning: { status: "running", word: "Reading" },
  ready: { status: "completed", word: "Ready" },
  failed: { status: "failed", word: "Not read" },
};

/** Where a source is. */
export function placeOf(source: Pick<SourceView, "kind" | "path">): string {
  return source.kind === "builtin" ? "Ships with Wheelhouse" : source.path;
}

/** What is said while a source is being read. */
export function scanWords(scan: Scan | undefined): string {
  return scan === undefined || scan.total === 0
    ? "Looking for files"
    : `${scan.done} of ${plural(scan.total, "file")} read`;
}

/** What is lost when a source is removed. */
export function removalWords(source: Pick<SourceView, "name" | "kind" | "documents">): string {
  const files = source.kind === "builtin" ? "" : " The files are not touched.";
  return `The crew no longer finds anything in ${plural(source.documents, "document")} of “${source.name}”, and citations of it can't be opened.${files}`;
}
