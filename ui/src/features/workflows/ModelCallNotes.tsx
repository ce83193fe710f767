// What is to be said of one model call beside its numbers: why another model was asked, what was left out, what it
// thought, why it failed.

import type { CallView, LeftOut, PassedOver } from "@/bindings/bindings";
import { plural } from "@/shared/lib/format";
import { Thoughts } from "./Thoughts";
import { keptWords, tokens } from "./words";

type ModelKind = Extract<CallView["kind"], { kind: "model" }>;

const modelOf = (call: CallView): ModelKind | null =>
  call.kind.kind === "model" ? call.kind : null;

/** Whether anything is to be said. */
export function hasNotes(call: CallView): boolean {
  const kind = modelOf(call);
  const said = [call.failure, call.thoughts, kind?.left_out, keptWords(call.usage)].some(Boolean);
  return said || (kind?.passed_over?.length ?? 0) > 0;
}

/** What was left out of a request. */
function leftOutWords({ results, turns, tokens: count, window }: LeftOut): string {
  const parts = [
    results === 0 ? "" : plural(results, "older result"),
    turns === 0 ? "" : plural(turns, "older turn"),
  ].filter((part) => part !== "");
  const what = parts.join(" and ");
  return `Left out to fit the ${tokens(window)} tokens of this model: ${what}, about ${tokens(count)} tokens.`;
}

/** Why another model was asked; without the reason where the failed call says it already. */
function passedOverWords({ model, why, shown }: PassedOver, told: readonly CallView[]): string {
  const known = told.some(
    (call) => modelOf(call)?.model === model && call.failure?.message === why,
  );
  const broken = shown === true ? " A part of its answer was shown before; it does not count." : "";
  return `Asked in place of ${model}${known ? "." : `: ${why}`}${broken}`;
}

interface Props {
  call: CallView;
  /** The model calls before it, which stand above. */
  told: readonly CallView[];
}

/** The notes, each a line. */
export function ModelCallNotes({ call, told }: Props) {
  const kind = modelOf(call);
  const leftOut = kind?.left_out ?? null;
  const kept = keptWords(call.usage);
  return (
    <div className="flex flex-col gap-0.5 break-words text-ink-2">
      {(kind?.passed_over ?? []).map((passed) => (
        <p key={passed.model}>{passedOverWords(passed, told)}</p>
      ))}
      {leftOut === null ? null : <p>{leftOutWords(leftOut)}</p>}
      {kept === null ? null : <p>Of the tokens read: {kept}.</p>}
      {call.failure === null ? null : <p>{call.failure.message}</p>}
      <Thoughts text={call.thoughts ?? ""} />
    </div>
  );
}
