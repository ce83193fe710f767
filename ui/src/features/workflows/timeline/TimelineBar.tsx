// One attempt or one wait on a lane: as long as it took, with its calls as marks at its foot.

import { cx } from "@/shared/lib/cx";
import { agentColour } from "@/shared/ui/AgentAvatar";
import { StatusBadge } from "@/shared/ui/StatusBadge";
import type { Bar, WorkBar } from "./lanes";
import type { CallSpan, Span } from "./record";
import type { Scale } from "./scale";
import { barLabel } from "./timelineWords";

export const LINE = 28;
const HEIGHT = 22;
/** Nothing is narrower, so that everything can be hit. */
const LEAST = 4;
/** Narrower bars show no words, no mark, no calls. */
const ROOM_FOR_WORDS = 52;
const ROOM_FOR_MARK = 24;
const ROOM_FOR_CALLS = 10;

interface Props {
  bar: Bar;
  scale: Scale;
  now: number;
  selected: boolean;
  /** The one bar that Tab reaches. */
  current: boolean;
}

function place(span: Span, scale: Scale, now: number): { left: number; width: number } {
  const left = scale.x(span.from);
  return { left, width: Math.max(LEAST, scale.x(span.to ?? now) - left) };
}

/** Model calls fill a mark, tool calls leave it open; one that failed is in the colour of failures. */
function Call({ call, tone, left, width }: CallProps) {
  const failed = call.outcome === "failed" || call.outcome === "interrupted";
  return (
    <span
      data-call={call.key}
      className="absolute bottom-0 flex h-2.5 items-end"
      style={{ left, width: Math.max(2, width) }}
    >
      <span
        className={cx(
          "h-1 w-full rounded-full",
          failed ? "bg-bad" : tone,
          call.type === "tool" && "opacity-50",
        )}
      />
    </span>
  );
}

interface CallProps {
  call: CallSpan;
  tone: string;
  left: number;
  width: number;
}

function Work({ bar, scale, now, tone, left }: WorkProps) {
  return (
    <>
      <span className={cx("absolute inset-0 opacity-22", tone)} />
      {bar.waits.map((wait) => {
        const at = place(wait, scale, now);
        return (
          <span
            key={wait.from}
            className="absolute inset-y-0 bg-ground/75"
            style={{ left: at.left - left, width: at.width }}
          />
        );
      })}
      <span className={cx("absolute inset-y-0 left-0 w-[3px]", tone)} />
    </>
  );
}

interface WorkProps {
  bar: WorkBar;
  scale: Scale;
  now: number;
  tone: string;
  /** Where the bar begins. */
  left: number;
}

function Calls({ bar, scale, now, tone, left }: WorkProps) {
  return bar.attempt.calls.map((call) => {
    const at = place(call, scale, now);
    return <Call key={call.key} call={call} tone={tone} left={at.left - left} width={at.width} />;
  });
}

/** What the bar is of; what went wrong or waits is shown by its shape as well. */
function Words({ bar, wide }: { bar: Bar; wide: boolean }) {
  const { task } = bar;
  const attempt = bar.type === "work" && task.attempt > 1 ? bar.attempt.attempt : null;
  const failed = bar.type === "work" && ["failed", "again"].includes(bar.attempt.outcome);
  const asks = bar.type === "wait" && bar.wait.on === "operator" && bar.to === null;
  return (
    <span className="absolute inset-x-0 top-0 flex h-4.5 items-center gap-1 pr-1 pl-2 text-micro">
      {failed ? <StatusBadge status="failed" iconOnly /> : null}
      {asks ? <StatusBadge status="waiting" iconOnly /> : null}
      {wide && attempt !== null ? <span className="shrink-0 text-ink-2">{attempt}.</span> : null}
      {wide ? <span className="truncate text-ink">{bar.title}</span> : null}
    </span>
  );
}

/** A bar that opens its task. Its facts are shown by the timeline when it is reached. */
export function TimelineBar({ bar, scale, now, selected, current }: Props) {
  const { left, width } = place(bar, scale, now);
  const tone = agentColour(bar.task.agent_kind, bar.task.assigned_to);
  const byRule = bar.task.agent_kind === null;
  const ground = byRule ? "bg-line-strong" : tone;
  const failed = bar.type === "work" && bar.attempt.outcome === "failed";
  const operator = bar.type === "wait" && bar.wait.on === "operator";
  return (
    <button
      type="button"
      data-bar={bar.id}
      aria-current={selected || undefined}
      tabIndex={current ? 0 : -1}
      className={cx(
        "absolute scroll-mt-10 scroll-ml-48 overflow-hidden rounded-sm text-left hover:brightness-95 dark:hover:brightness-125",
        bar.type === "wait" && "border",
        operator && "border-signal-mark bg-signal-soft",
        bar.type === "wait" && !operator && "border-dashed border-line-strong bg-ground",
        failed && "ring-1 ring-bad ring-inset",
        selected && "ring-2 ring-accent",
        bar.to === null && "rounded-r-none",
      )}
      style={{ left, width, top: bar.line * LINE + (LINE - HEIGHT) / 2, height: HEIGHT }}
    >
      <span className="sr-only">{barLabel(bar, now)}</span>
      <span aria-hidden="true">
        {bar.type === "work" ? (
          <Work bar={bar} scale={scale} now={now} tone={ground} left={left} />
        ) : null}
        {bar.type === "work" && width >= ROOM_FOR_CALLS ? (
          <Calls bar={bar} scale={scale} now={now} tone={ground} left={left} />
        ) : null}
        {width >= ROOM_FOR_MARK ? <Words bar={bar} wide={width >= ROOM_FOR_WORDS} /> : null}
      </span>
    </button>
  );
}
