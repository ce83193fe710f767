/**
 * What the journal tells of time: attempts with their calls, waits on the operator and on timers, and times in which the
 * application was not running. Bodies are read with care, because a newer backend may record more than is known here.
 */
import type { JournalEntry } from "@/bindings/bindings";

/** From when to when, in milliseconds since the Unix epoch. */
export interface Span {
  from: number;
  /** Null while it goes on. */
  to: number | null;
}

export type CallOutcome = "started" | "finished" | "failed" | "interrupted";

export interface CallSpan extends Span {
  key: string;
  /** The model's or tool's name. */
  name: string;
  type: "model" | "tool";
  outcome: CallOutcome;
  /** Tokens; null where unknown. */
  input: number | null;
  output: number | null;
}

export type AttemptOutcome = "open" | "completed" | "again" | "failed" | "cancelled";

export interface AttemptSpan extends Span {
  /** The task's key. */
  task: string;
  /** Number of the attempt, from 1. */
  attempt: number;
  outcome: AttemptOutcome;
  calls: CallSpan[];
  /** Why it failed, in plain words. */
  problem: string | null;
}

export interface WaitSpan extends Span {
  /** Key of the task that waits. */
  task: string;
  on: "operator" | "timer";
  /** The question; empty for a timer. */
  text: string;
}

export interface Closed {
  from: number;
  to: number;
}

export interface Recorded {
  attempts: AttemptSpan[];
  waits: WaitSpan[];
  /** When the application was not running, as far as interrupted calls tell. */
  away: Closed[];
}

type Body = Record<string, unknown>;

const text = (value: unknown) => (typeof value === "string" ? value : "");
const number = (value: unknown) => (typeof value === "number" ? value : null);
const fields = (value: unknown): Body =>
  typeof value === "object" && value !== null ? (value as Body) : {};

/** What is open while the journal is read. */
interface Reading extends Recorded {
  open: Map<string, AttemptSpan>;
  calls: Map<string, CallSpan>;
  questions: Map<string, WaitSpan>;
  timers: Map<string, WaitSpan>;
  /** When the fact before this one was recorded. */
  before: number;
}

/** Reads the facts, oldest first. */
export function readRecord(entries: readonly JournalEntry[]): Recorded {
  const reading: Reading = {
    attempts: [],
    waits: [],
    away: [],
    open: new Map(),
    calls: new Map(),
    questions: new Map(),
    timers: new Map(),
    before: entries[0]?.at ?? 0,
  };
  for (const entry of entries) {
    FACTS[entry.kind]?.(reading, fields(entry.body), entry.at);
    reading.before = entry.at;
  }
  const { attempts, waits, away } = reading;
  return { attempts, waits, away };
}

type Fact = (reading: Reading, body: Body, at: number) => void;

const FACTS: Record<string, Fact> = {
  task_started: (reading, body, at) => {
    const task = text(body.task);
    endAttempt(reading, task, at, "again", null);
    close(reading.timers, task, at);
    const attempt: AttemptSpan = {
      task,
      attempt: number(body.attempt) ?? 1,
      from: at,
      to: null,
      outcome: "open",
      calls: [],
      problem: null,
    };
    reading.open.set(task, attempt);
    reading.attempts.push(attempt);
  },
  call_started: (reading, body, at) => {
    const kind = fields(body.kind);
    const call: CallSpan = {
      key: text(body.call),
      name: text(kind.model) || text(kind.tool),
      type: kind.kind === "model" ? "model" : "tool",
      from: at,
      to: null,
      outcome: "started",
      input: null,
      output: null,
    };
    reading.calls.set(call.key, call);
    reading.open.get(text(body.task))?.calls.push(call);
  },
  call_finished: (reading, body, at) => {
    const usage = fields(body.usage);
    const tokens = { input: number(usage.input_tokens), output: number(usage.output_tokens) };
    endCall(reading, body, at, "finished", tokens);
  },
  call_failed: (reading, body, at) => endCall(reading, body, at, "failed"),
  call_interrupted: (reading, body, at) => {
    // Nothing was recorded between the last fact before the end of the process and this one after its return.
    endCall(reading, body, Math.min(at, Math.max(reading.before, 0)), "interrupted");
    if (at > reading.before) reading.away.push({ from: reading.before, to: at });
  },
  task_attempt_failed: (reading, body, at) => {
    const task = text(body.task);
    endAttempt(reading, task, at, "again", text(fields(body.failure).message));
    const wait: WaitSpan = { task, on: "timer", from: at, to: number(body.retry_at), text: "" };
    reading.timers.set(task, wait);
    reading.waits.push(wait);
  },
  task_completed: (reading, body, at) => endTask(reading, body, at, "completed"),
  task_failed: (reading, body, at) => endTask(reading, body, at, "failed"),
  task_cancelled: (reading, body, at) => endTask(reading, body, at, "cancelled"),
  // What was found not to be needed, or was stopped by the operator, is at work no more.
  task_skipped: (reading, body, at) => endTask(reading, body, at, "cancelled"),
  task_overridden: (reading, body, at) => endTask(reading, body, at, "completed"),
  question_asked: (reading, body, at) => {
    const task = text(body.task);
    const wait: WaitSpan = { task, on: "operator", from: at, to: null, text: text(body.text) };
    reading.questions.set(text(body.question), wait);
    reading.waits.push(wait);
  },
  question_answered: (reading, body, at) => close(reading.questions, text(body.question), at),
};

function endCall(
  reading: Reading,
  body: Body,
  at: number,
  outcome: CallOutcome,
  tokens: Partial<CallSpan> = {},
): void {
  const call = reading.calls.get(text(body.call));
  if (call !== undefined) Object.assign(call, { to: Math.max(call.from, at), outcome, ...tokens });
}

function endAttempt(
  reading: Reading,
  task: string,
  at: number,
  outcome: AttemptOutcome,
  problem: string | null,
): void {
  const attempt = reading.open.get(task);
  reading.open.delete(task);
  if (attempt !== undefined) Object.assign(attempt, { to: at, outcome, problem });
}

function endTask(reading: Reading, body: Body, at: number, outcome: AttemptOutcome): void {
  const task = text(body.task);
  endAttempt(reading, task, at, outcome, text(fields(body.failure).message) || null);
  close(reading.timers, task, at);
  for (const [key, wait] of reading.questions) {
    if (wait.task === task) close(reading.questions, key, at);
  }
}

/** Ends a wait, earlier than it was meant to if need be. */
function close(waits: Map<string, WaitSpan>, key: string, at: number): void {
  const wait = waits.get(key);
  waits.delete(key);
  if (wait !== undefined) wait.to = wait.to === null ? at : Math.min(wait.to, at);
}
