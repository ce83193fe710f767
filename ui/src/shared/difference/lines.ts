// What is different between two texts, line by line.

import { diffLines } from "diff";

/** A line, or how many equal ones are left out. */
export type DiffLine =
  | { kind: "same" | "added" | "removed"; text: string }
  | { kind: "skipped"; count: number };

/** Equal lines that are shown beside a change. */
const CONTEXT = 2;

/** A text that ends with a line end, so that a missing last one is no difference. */
const ended = (text: string) => (text.endsWith("\n") ? text : `${text}\n`);

function allLines(from: string, to: string): DiffLine[] {
  return diffLines(ended(from), ended(to)).flatMap(({ value, added, removed }) => {
    const kind = added ? "added" : removed ? "removed" : "same";
    return value
      .slice(0, -1)
      .split("\n")
      .map((text): DiffLine => ({ kind, text }));
  });
}

/** The lines of both texts; equal ones that are far from every change are left out. */
export function linesBetween(from: string, to: string): DiffLine[] {
  const lines = allLines(from, to);
  const near = lines.map((_, at) =>
    lines.slice(Math.max(0, at - CONTEXT), at + CONTEXT + 1).some((line) => line.kind !== "same"),
  );
  const shown: DiffLine[] = [];
  for (const [at, line] of lines.entries()) {
    const before = shown.at(-1);
    if (near[at]) shown.push(line);
    else if (before?.kind === "skipped") before.count += 1;
    else shown.push({ kind: "skipped", count: 1 });
  }
  return shown;
}
