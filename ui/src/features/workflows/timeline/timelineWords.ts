/** What a bar says when it is reached: what, where it stands, when, how long, how many tokens. */
import { formatDuration, formatFinishedDuration, plural } from "@/shared/lib/format";
import { tokens } from "../words";
import type { Bar } from "./lanes";
import type { AttemptOutcome, CallSpan, Span } from "./record";

const CLOCK = new Intl.DateTimeFormat(undefined, {
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  hourCycle: "h23",
});

const OUTCOMES: Record<AttemptOutcome, string> = {
  open: "Under way",
  completed: "Completed",
  again: "Failed, tried again",
  failed: "Failed",
  cancelled: "Cancelled",
};

const CALL_OUTCOMES: Record<CallSpan["outcome"], string> = {
  started: "Under way",
  finished: "Finished",
  failed: "Failed",
  interrupted: "Interrupted when the application ended",
};

/** `12:04:05 to 12:04:47`, or `since 12:04:05`. */
function clockTimes({ from, to }: Span): string {
  return to === null
    ? `since ${CLOCK.format(from)}`
    : `${CLOCK.format(from)} to ${CLOCK.format(to)}`;
}

/** How long a span took, or has taken until `now`. */
function lengthOf({ from, to }: Span, now: number): string {
  return to === null ? formatDuration(now - from) : formatFinishedDuration(to - from);
}

/** Tokens of several calls. What only some of them tell is a least; what none tells is unknown. */
function sumOf(counts: readonly (number | null)[]): string {
  const known = counts.filter((count) => count !== null);
  if (known.length === 0) return tokens(null);
  const sum = tokens(known.reduce((all, count) => all + count, 0));
  return known.length < counts.length ? `at least ${sum}` : sum;
}

/** Tokens that an attempt or a call used; null where no model was called. */
function tokenWords(calls: readonly CallSpan[]): string | null {
  const ended = calls.filter((call) => call.type === "model" && call.to !== null);
  if (ended.length === 0) return null;
  const read = sumOf(ended.map((call) => call.input));
  return `Tokens read ${read}, written ${sumOf(ended.map((call) => call.output))}`;
}

export interface BarWords {
  title: string;
  /** Where it stands. */
  state: string;
  lines: string[];
}

/** The words of a bar. */
export function barWords(bar: Bar, now: number): BarWords {
  const times = `${clockTimes(bar)}, ${lengthOf(bar, now)}`;
  if (bar.type === "wait") {
    const { on, text } = bar.wait;
    const state = on === "operator" ? operatorWords(bar) : "Waits for a time";
    return { title: bar.title, state, lines: text === "" ? [times] : [text, times] };
  }
  const { attempt } = bar;
  const state = OUTCOMES[attempt.outcome];
  const models = attempt.calls.filter((call) => call.type === "model").length;
  const tools = attempt.calls.length - models;
  const calls = [
    ...(models > 0 ? [plural(models, "model call")] : []),
    ...(tools > 0 ? [plural(tools, "tool call")] : []),
  ];
  const used = tokenWords(attempt.calls);
  return {
    title: bar.title,
    state: bar.task.attempt > 1 ? `Attempt ${attempt.attempt}: ${lower(state)}` : state,
    lines: [
      times,
      ...(calls.length > 0 ? [calls.join(", ")] : []),
      ...(used === null ? [] : [used]),
      ...(attempt.problem === null || attempt.problem === "" ? [] : [attempt.problem]),
    ],
  };
}

const operatorWords = (bar: Bar) => (bar.to === null ? "Waits for you" : "Waited for you");
const lower = (words: string) => words.charAt(0).toLowerCase() + words.slice(1);

/** The words of a call. */
export function callWords(call: CallSpan, now: number): BarWords {
  const used = tokenWords([call]);
  return {
    title: call.name,
    state: `${call.type === "model" ? "Model call" : "Tool call"}: ${lower(CALL_OUTCOMES[call.outcome])}`,
    lines: [`${clockTimes(call)}, ${lengthOf(call, now)}`, ...(used === null ? [] : [used])],
  };
}

/** A bar as one sentence, for those who hear it. */
export function barLabel(bar: Bar, now: number): string {
  const { title, state, lines } = barWords(bar, now);
  return [title, state, ...lines].map((part) => part.replace(/\.$/, "")).join(". ");
}
