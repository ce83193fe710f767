import type { AgentStatus, TaskStatus, WorkflowStatus } from "@/bindings/bindings";
import { cx } from "../lib/cx";

export type AnyStatus = WorkflowStatus | TaskStatus | AgentStatus;

interface Look {
  word: string;
  tone: string;
  shape: Shape;
}
type Shape = "ring" | "arc" | "hand" | "bars" | "tick" | "cross" | "slash" | "skip" | "dot";

const LOOKS: Record<AnyStatus, Look> = {
  pending: { word: "Pending", tone: "text-ink-3", shape: "ring" },
  running: { word: "Running", tone: "text-accent", shape: "arc" },
  waiting: { word: "Waiting", tone: "text-signal", shape: "hand" },
  paused: { word: "Paused", tone: "text-ink-2", shape: "bars" },
  completed: { word: "Completed", tone: "text-ok", shape: "tick" },
  failed: { word: "Failed", tone: "text-bad", shape: "cross" },
  cancelled: { word: "Cancelled", tone: "text-ink-3", shape: "slash" },
  skipped: { word: "Skipped", tone: "text-ink-3", shape: "skip" },
  idle: { word: "Idle", tone: "text-ink-3", shape: "ring" },
  working: { word: "Working", tone: "text-accent", shape: "arc" },
  error: { word: "Failed", tone: "text-bad", shape: "cross" },
  disabled: { word: "Retired", tone: "text-ink-3", shape: "slash" },
};

export interface StatusBadgeProps {
  status: AnyStatus;
  /** Another word, for example `Needs you` or `Cancelling`; the shape stays. */
  word?: string;
  /** Shape alone; the word is then read aloud and shown on hover. */
  iconOnly?: boolean;
  className?: string;
}

/** A status as shape, word and colour. */
export function StatusBadge({ status, word, iconOnly = false, className }: StatusBadgeProps) {
  const look = LOOKS[status];
  const text = word ?? look.word;
  return (
    <span
      className={cx(
        "inline-flex shrink-0 items-center gap-1.5 whitespace-nowrap",
        look.tone,
        className,
      )}
      title={iconOnly ? text : undefined}
    >
      <StatusShape shape={look.shape} />
      <span className={iconOnly ? "sr-only" : "text-note font-medium"}>{text}</span>
    </span>
  );
}

const STROKE = {
  fill: "none",
  stroke: "currentColor",
  strokeWidth: 1.75,
  strokeLinecap: "round",
  strokeLinejoin: "round",
} as const;

/** Shapes differ without colour: open ring, turning arc, raised hand, bars, tick and cross in filled discs, slash. */
function StatusShape({ shape }: { shape: Shape }) {
  return (
    <svg viewBox="0 0 16 16" className="size-3.5 shrink-0" aria-hidden="true">
      {SHAPES[shape]}
    </svg>
  );
}

const SHAPES: Record<Shape, React.ReactNode> = {
  ring: <circle cx="8" cy="8" r="6" {...STROKE} strokeDasharray="2.2 2.5" />,
  dot: <circle cx="8" cy="8" r="4" fill="currentColor" />,
  arc: (
    <>
      <circle cx="8" cy="8" r="6" {...STROKE} opacity="0.28" />
      <path d="M8 2a6 6 0 0 1 6 6" {...STROKE} className="origin-center animate-turn" />
    </>
  ),
  hand: (
    <>
      <path
        d="M8 1.6 14.8 14H1.2Z"
        fill="currentColor"
        stroke="currentColor"
        strokeLinejoin="round"
      />
      <path d="M8 6.2v3.6M8 11.9v.1" {...STROKE} stroke="var(--ground)" />
    </>
  ),
  bars: <path d="M5.5 3.5v9M10.5 3.5v9" {...STROKE} strokeWidth={2.5} />,
  tick: (
    <>
      <circle cx="8" cy="8" r="7" fill="currentColor" />
      <path d="m4.9 8.2 2.2 2.2 4-4.4" {...STROKE} stroke="var(--ground)" />
    </>
  ),
  cross: (
    <>
      <rect x="1.5" y="1.5" width="13" height="13" rx="3" fill="currentColor" />
      <path d="m5.4 5.4 5.2 5.2m0-5.2-5.2 5.2" {...STROKE} stroke="var(--ground)" />
    </>
  ),
  slash: (
    <>
      <circle cx="8" cy="8" r="6" {...STROKE} />
      <path d="m4 12 8-8" {...STROKE} />
    </>
  ),
  skip: <path d="M3 4.5 7 8l-4 3.5m6-7L13 8l-4 3.5" {...STROKE} />,
};
