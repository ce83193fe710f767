// What became of a due time, in words.

import type { DueOutcome, MissReason, ScheduleRunView } from "@/bindings/bindings";
import { formatCount } from "@/shared/lib/format";
import type { AnyStatus } from "@/shared/ui/StatusBadge";

/** What a due time is shown as. */
interface OutcomeWords {
  status: AnyStatus;
  /** One word or two, for the badge. */
  word: string;
  /** Why, in a sentence; null where there is nothing to explain. */
  why: string | null;
}

const MISSED: Record<MissReason, string> = {
  no_catch_up:
    "The machine slept or Wheelhouse was closed, and this schedule makes up for nothing.",
  outside_window:
    "The machine slept or Wheelhouse was closed for longer than this schedule makes up for.",
  newer_taken:
    "The machine slept or Wheelhouse was closed. Only the newest due time was made up for.",
  too_many: "More due times passed than can wait in line.",
};

function skippedWhy(outcome: Extract<DueOutcome, { outcome: "skipped" }>): string {
  switch (outcome.because) {
    case "overlap":
      return `Workflow ${outcome.running} was still at work.`;
    case "line_full":
      return "Too many due times waited in line already.";
    case "superseded":
      return "A newer due time took its place before it could start.";
    case "paused":
      return "The schedule was paused before its turn came.";
  }
}

function startedWords(run: ScheduleRunView, late: boolean, byHand: boolean): OutcomeWords {
  const { workflow } = run;
  const made = late ? "It had been missed and was made up for." : null;
  const why = byHand ? "You started it." : made;
  if (workflow === null) return { status: "completed", word: "Deleted since", why };
  if (workflow.status !== "failed") {
    const word = workflow.status === "waiting" ? "Needs you" : wordOf(workflow.status);
    return { status: workflow.status, word, why };
  }
  const failed = workflow.failure?.failure.message ?? "It ended without a report.";
  return { status: "failed", word: "Failed", why: failed };
}

const wordOf = (status: string) => status.charAt(0).toUpperCase() + status.slice(1);

/** What became of a due time. */
export function outcomeWords(run: ScheduleRunView): OutcomeWords {
  const { outcome } = run;
  switch (outcome.outcome) {
    case "started":
      return startedWords(run, outcome.late, outcome.by_hand ?? false);
    case "waiting":
      return {
        status: "pending",
        word: "In line",
        why: "It starts when the one before has ended.",
      };
    case "skipped":
      return { status: "skipped", word: "Skipped", why: skippedWhy(outcome) };
    case "missed":
      return { status: "error", word: "Missed", why: MISSED[outcome.because] };
    case "failed":
      return {
        status: "failed",
        word: "Not started",
        why: `${outcome.failure.message} ${outcome.failure.next_step}`,
      };
  }
}

/** How many due times stand as one; null for a single one. */
export function timesWords({ due }: ScheduleRunView): string | null {
  if (due.times === 1 && !due.more) return null;
  return due.more ? `more than ${formatCount(due.times)} times` : `${formatCount(due.times)} times`;
}
