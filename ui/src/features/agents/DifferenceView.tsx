// Two forms of an agent beside each other, line by line. What goes and what comes has a sign, a word for those
// who hear it, and a ground.

import { cx } from "@/shared/lib/cx";
import { plural } from "@/shared/lib/format";
import { type DiffLine, differenceOf } from "./difference";
import type { AgentText } from "./drafts";

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

function Lines({ label, lines }: { label: string; lines: readonly DiffLine[] }) {
  return (
    <ul aria-label={label} className="overflow-hidden rounded-md border border-line text-note">
      {lines.map((line, at) =>
        line.kind === "skipped" ? (
          // biome-ignore lint/suspicious/noArrayIndexKey: a line of a finished comparison has nothing but its place.
          <li key={at} className="px-2 py-px pl-6 text-ink-3">
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

/** What is different from `from` to `to`. */
export function DifferenceView({ from, to }: { from: AgentText; to: AgentText }) {
  const { fields, lines } = differenceOf(from, to);
  if (fields.length === 0 && lines.length === 0) {
    return <p className="text-note text-ink-2">They are the same.</p>;
  }
  return (
    <div className="flex flex-col gap-2">
      {fields.map((field) => (
        <div key={field.name}>
          <p className="mb-0.5 text-note text-ink-3" aria-hidden="true">
            {field.name}
          </p>
          <Lines
            label={field.name}
            lines={[
              { kind: "removed", text: field.from },
              { kind: "added", text: field.to },
            ]}
          />
        </div>
      ))}
      {lines.length === 0 ? null : (
        <div>
          <p className="mb-0.5 text-note text-ink-3" aria-hidden="true">
            Instructions
          </p>
          <Lines label="Instructions" lines={lines} />
        </div>
      )}
    </div>
  );
}
