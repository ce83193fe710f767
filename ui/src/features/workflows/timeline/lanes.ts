/**
 * From what was recorded and the live rows to lanes with bars: one lane for each agent, in the order in which they came
 * to work, and above them one for what the run waited for. Rows are ahead of the journal by a moment, so what they
 * know more counts.
 */
import type { AgentKind } from "@/bindings/bindings";
import type { Task } from "@/stores";
import { placeOf } from "../graph/taskPlace";
import { scopeWord } from "../graph/taskTree";
import { endOf } from "../words";
import type { AttemptSpan, Closed, Recorded, Span, WaitSpan } from "./record";

interface BaseBar extends Span {
  id: string;
  task: Task;
  /** The task's title, and which pass through its container it is. */
  title: string;
  /** Line in its lane, from 0: what overlaps stands below each other. */
  line: number;
}

export interface WorkBar extends BaseBar {
  type: "work";
  attempt: AttemptSpan;
  /** When it waited for the operator meanwhile. */
  waits: Span[];
}

export interface WaitBar extends BaseBar {
  type: "wait";
  wait: WaitSpan;
}

export type Bar = WorkBar | WaitBar;

export interface Lane {
  id: string;
  name: string;
  /** Null where no agent is at work. */
  kind: AgentKind | null;
  agentId: number | null;
  bars: Bar[];
  lines: number;
}

export interface Lanes {
  lanes: Lane[];
  /** When something was at work, sorted and apart from each other; open ends reach to now. */
  busy: Closed[];
}

/** Waits and containers are told apart by their kind of step. */
const WAITING_KINDS = new Set(["approval", "input", "wait"]);
const CONTAINERS = new Set(["map", "loop", "branch", "expand", "workflow"]);

/** The lanes of a run. `now` is where open ends reach to. */
export function lanesOf(recorded: Recorded, tasks: readonly Task[], now: number): Lanes {
  const byKey = new Map(tasks.map((task) => [task.key, task]));
  const { attempts, waits } = withRows(recorded, byKey);
  const work = new Map<string, Lane>();
  const waiting: WaitBar[] = waits.flatMap((wait, index) => {
    const task = byKey.get(wait.task);
    if (task === undefined) return [];
    const { from, to } = wait;
    const title = titleOf(task, byKey);
    return [{ type: "wait", id: `wait ${index}`, task, title, from, to, line: 0, wait }];
  });
  for (const attempt of attempts.toSorted((a, b) => a.from - b.from)) {
    const task = byKey.get(attempt.task);
    if (task === undefined || !isWork(task)) continue;
    const lane = laneOf(task, work);
    lane.bars.push(workBar(attempt, task, titleOf(task, byKey), waits));
  }
  const waitLane: Lane = { ...EMPTY, id: "waits", name: "Waits", bars: waiting };
  const lanes = [...(waiting.length > 0 ? [waitLane] : []), ...work.values()];
  for (const lane of lanes) lane.lines = spread(lane.bars, now);
  return { lanes, busy: busyTimes([...work.values()].flatMap(workBars), recorded.away, now) };
}

const EMPTY = { kind: null, agentId: null, lines: 1 } as const;

const workBars = (lane: Lane): WorkBar[] => lane.bars.filter((bar) => bar.type === "work");

function isWork(task: Task): boolean {
  const { kind } = placeOf(task);
  return kind === null || !(WAITING_KINDS.has(kind) || CONTAINERS.has(kind));
}

function laneOf(task: Task, lanes: Map<string, Lane>): Lane {
  const byRule = task.agent_kind === null;
  const id = byRule ? "rule" : `${task.assigned_to ?? task.agent_kind}`;
  const known = lanes.get(id);
  if (known !== undefined) return known;
  const name = byRule ? "By rule" : (task.agent_name ?? "Not staffed yet");
  const lane: Lane = {
    id,
    name,
    kind: task.agent_kind,
    agentId: task.assigned_to,
    bars: [],
    lines: 1,
  };
  lanes.set(id, lane);
  return lane;
}

function titleOf(task: Task, byKey: ReadonlyMap<string, Task>): string {
  const { scope, parent } = placeOf(task);
  if (scope === null) return task.title;
  const container = parent === null ? undefined : byKey.get(parent);
  const kind = container === undefined ? null : placeOf(container).kind;
  return `${scopeWord(scope, kind)}, ${task.title}`;
}

function workBar(
  attempt: AttemptSpan,
  task: Task,
  title: string,
  waits: readonly WaitSpan[],
): WorkBar {
  const { from, to } = attempt;
  const within = waits.filter(
    (wait) =>
      wait.task === task.key &&
      wait.on === "operator" &&
      (to === null || wait.from < to) &&
      (wait.to === null || wait.to > from),
  );
  const id = `${task.key}@${attempt.attempt}@${from}`;
  return { type: "work", id, task, title, from, to, line: 0, attempt, waits: within };
}

/** Adds what live rows know and the journal, as far as it was read, does not tell. */
function withRows(recorded: Recorded, byKey: ReadonlyMap<string, Task>) {
  const attempts = recorded.attempts.map((attempt): AttemptSpan => {
    const task = byKey.get(attempt.task);
    if (attempt.to !== null || task === undefined || task.attempt !== attempt.attempt)
      return attempt;
    return { ...attempt, to: task.completed_at };
  });
  const known = new Map(attempts.map((attempt) => [attempt.task, attempt.attempt]));
  const waits = [...recorded.waits];
  const asked = new Set(waits.map((wait) => wait.task));
  for (const task of byKey.values()) {
    const { key, started_at: from, attempt } = task;
    if (from === null) continue;
    if ((known.get(key) ?? 0) < attempt) attempts.push(attemptOfRow(task, from));
    const { kind } = placeOf(task);
    if (kind === null || !WAITING_KINDS.has(kind) || asked.has(key)) continue;
    const on = kind === "wait" ? "timer" : "operator";
    waits.push({ task: key, on, from, to: endOf(task), text: "" });
  }
  return { attempts, waits };
}

function attemptOfRow(task: Task, from: number): AttemptSpan {
  const to = endOf(task);
  const outcome =
    task.status === "completed" || task.status === "failed" || task.status === "cancelled"
      ? task.status
      : "open";
  const problem = task.failure?.message ?? null;
  return { task: task.key, attempt: task.attempt, from, to, outcome, calls: [], problem };
}

/** Puts bars that overlap on lines of their own. Gives how many lines there are. */
function spread(bars: Bar[], now: number): number {
  const ends: number[] = [];
  for (const bar of bars.sort((a, b) => a.from - b.from)) {
    const free = ends.findIndex((end) => end <= bar.from);
    bar.line = free < 0 ? ends.length : free;
    ends[bar.line] = bar.to ?? now;
  }
  return Math.max(1, ends.length);
}

/** When anything was at work: attempts without the times in which they waited or nobody was there. */
function busyTimes(bars: readonly WorkBar[], away: readonly Closed[], now: number): Closed[] {
  const closed = (span: Span): Closed => ({ from: span.from, to: span.to ?? now });
  const pieces = bars.flatMap((bar) => without(closed(bar), [...bar.waits.map(closed), ...away]));
  return joined(pieces);
}

/** What is left of a span without others. */
function without(span: Closed, others: readonly Closed[]): Closed[] {
  let left = [span];
  for (const { from, to } of others) {
    left = left.flatMap((piece) =>
      [
        { from: piece.from, to: Math.min(piece.to, from) },
        { from: Math.max(piece.from, to), to: piece.to },
      ].filter((rest) => rest.to > rest.from),
    );
  }
  return left;
}

/** Spans in order, those that touch made one. */
function joined(spans: readonly Closed[]): Closed[] {
  const result: Closed[] = [];
  for (const span of spans.toSorted((a, b) => a.from - b.from)) {
    const last = result.at(-1);
    if (last !== undefined && span.from <= last.to) last.to = Math.max(last.to, span.to);
    else result.push({ ...span });
  }
  return result;
}
