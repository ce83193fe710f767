// Two texts in one list of lines. What goes and what comes has a sign, a word for those who hear it, and a ground.

import { cx } from "@/shared/lib/cx";
import { plural } from "@/shared/lib/format";
import type { DiffLine } from "./lines";

const SIGNS = {
  added: { sign: "+", word: "Comes: ", ground: "bg-ok-soft text-ink" },
  removed: { sign: "−", word: "Goes: ", ground: "bg-bad-soft text-ink" },
  same: { sign: "", word: "", ground: "text-ink-2" },
} as const;

function Line({ kind, text }: Exclude<DiffLine, { kind: "skipped" }>) {
  const { sign, word, ground } = SIGNS[kind];
  return (
    <li className={cx("flex gap-2 px-2 py-px", ground)}>
      <span className="w-2 shrink-0 text-center" aria-hidden="true">
        {sign}
      </span>
      <span className="sr-only">{word}</span>
      <span className="min-w-0 flex-1 break-words whitespace-pre-wrap select-text">{text}</span>
    </li>
  );
}

interface Props {
  label: string;
  lines: readonly DiffLine[];
  /** For what is read letter by letter. */
  mono?: boolean;
}

/** The lines as a list. */
export function DifferenceLines({ label, lines, mono = false }: Props) {
  return (
    <ul
      aria-label={label}
      className={cx("overflow-hidden rounded-md border border-line text-note", mono && "font-mono")}
    >
      {lines.map((line, at) =>
        line.kind === "skipped" ? (
          // biome-ignore lint/suspicious/noArrayIndexKey: a line of a finished comparison has nothing but its place.
          <li key={at} className="px-2 py-px pl-6 font-sans text-ink-3">
            {plural(line.count, "line")} the same
          </li>
        ) : (
          // biome-ignore lint/suspicious/noArrayIndexKey: see above.
          <Line key={at} {...line} />
        ),
      )}
    </ul>
  );
}
