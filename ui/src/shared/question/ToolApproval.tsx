// What a call of a tool would do, exactly as it would be done, and why it is asked about.

import type { ReactNode } from "react";
import type { ToolApproval as Approval, ToolEffect } from "@/bindings/bindings";
import { cx } from "../lib/cx";
import { plural } from "../lib/format";
import { OriginLabels } from "../origin/OriginLabel";
import { limitsOf, linesOf, originsOf, reasons, type ShownLine } from "./approvalWords";
import { ServedCall } from "./ServedCall";
import { Warning } from "./Warning";

const SIGNS = {
  added: { sign: "+", word: "Comes: ", ground: "bg-ok-soft text-ink" },
  removed: { sign: "−", word: "Goes: ", ground: "bg-bad-soft text-ink" },
  same: { sign: "", word: "", ground: "text-ink-2" },
  place: { sign: "", word: "", ground: "bg-hover text-ink-3" },
} as const;

function Line({ kind, text }: ShownLine) {
  const { sign, word, ground } = SIGNS[kind];
  return (
    <li className={cx("flex gap-2 px-2.5 py-px", ground)}>
      <span className="w-2 shrink-0 text-center" aria-hidden="true">
        {sign}
      </span>
      {word === "" ? null : <span className="sr-only">{word}</span>}
      <span
        className={cx(
          "min-w-0 flex-1 break-words whitespace-pre-wrap select-text",
          kind !== "place" && "font-mono",
        )}
      >
        {text === "" ? "\u200b" : text}
      </span>
    </li>
  );
}

/** Something exact: an address or a command, in full. */
function Exact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <section
      aria-label={label}
      className="rounded-md bg-field px-3 py-2 font-mono text-note break-all whitespace-pre-wrap text-ink select-text"
    >
      {children}
    </section>
  );
}

type Written = Extract<ToolEffect, { effect: "write" }>;

function Write({ effect }: { effect: Written }) {
  const { path, diff, added, removed, invisible, new_folders: folders } = effect;
  const lines = linesOf(diff);
  const counts = [
    added === 0 ? null : `${plural(added, "line")} more`,
    removed === 0 ? null : `${plural(removed, "line")} less`,
  ].filter((part) => part !== null);
  return (
    <div className="flex flex-col gap-1.5">
      <div className="overflow-hidden rounded-md bg-field">
        <p className="flex flex-wrap items-baseline gap-x-3 border-b border-line px-2.5 py-1.5">
          <span className="min-w-0 font-mono text-note break-all text-ink select-text">{path}</span>
          <span className="tabular text-note text-ink-3">
            {counts.length === 0 ? "No line changes" : counts.join(", ")}
          </span>
        </p>
        {lines.length === 0 ? null : (
          <ol
            // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
            tabIndex={0}
            aria-label={`Changes in ${path}`}
            className="max-h-[min(20rem,40vh)] overflow-y-auto py-1 text-note"
          >
            {lines.map((line, at) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a line of a finished comparison has nothing but its place.
              <Line key={at} {...line} />
            ))}
          </ol>
        )}
      </div>
      {folders.length === 0 ? null : (
        <p className="text-note text-ink-2">New folders: {folders.join(", ")}</p>
      )}
      {invisible === 0 ? null : (
        <Warning>
          {plural(invisible, "letter")} in the new text can't be seen or turn the direction of
          writing. What you see may not be what is written.
        </Warning>
      )}
    </div>
  );
}

function Run({ effect }: { effect: Extract<ToolEffect, { effect: "run" }> }) {
  const [limits, reach] = limitsOf(effect);
  return (
    <div className="flex flex-col gap-1.5">
      <Exact label="Command">{effect.shown}</Exact>
      <p className="text-note text-ink-2">
        In <span className="font-mono text-ink">{effect.folder}</span>, with{" "}
        <span className="font-mono break-all text-ink">{effect.program.path}</span>. {limits}
      </p>
      {effect.confined ? (
        <p className="text-note text-ink-2">{reach}</p>
      ) : (
        <Warning>{reach}</Warning>
      )}
    </div>
  );
}

function Effect({ effect }: { effect: ToolEffect }) {
  switch (effect.effect) {
    case "write":
      return <Write effect={effect} />;
    case "fetch":
      return (
        <div className="flex flex-col gap-1.5">
          <Exact label="Address">{effect.url}</Exact>
          <p className="text-note text-ink-2">
            Asked of <span className="font-mono text-ink">{effect.host}</span>. The address itself
            is all that is sent.
          </p>
        </div>
      );
    case "run":
      return <Run effect={effect} />;
    case "served":
      return <ServedCall effect={effect} />;
    default:
      return null;
  }
}

/** The preview of a call, and why it is asked about. */
export function ToolApproval({ approval }: { approval: Approval }) {
  const why = reasons(approval.why);
  return (
    <div className="flex flex-col gap-2.5">
      <Effect effect={approval.effect} />
      <ul aria-label="Why you are asked" className="flex flex-col gap-0.5 text-ink-2">
        {why.map((reason) => (
          <li key={reason} className="max-w-[70ch]">
            {reason}
          </li>
        ))}
      </ul>
      <OriginLabels from={originsOf(approval.why)} />
    </div>
  );
}
