// What a schedule does with due times that can't simply start, in words.

import type { CatchUp, Overlap, SchedulePolicy } from "@/bindings/bindings";
import { plural } from "@/shared/lib/format";

export const OVERLAPS: readonly { value: Overlap; label: string }[] = [
  { value: "skip", label: "Skip the new one" },
  { value: "queue", label: "Wait in line" },
  { value: "cancel_previous", label: "Cancel the earlier one" },
];

export const CATCH_UPS: readonly { value: CatchUp; label: string }[] = [
  { value: "nothing", label: "Make up for nothing" },
  { value: "newest", label: "Make up for the newest" },
  { value: "all", label: "Make up for all" },
];

const HOUR = 60;
const DAY = 24 * HOUR;

/** How far back it is made up, to choose from. */
export const WINDOWS: readonly number[] = [
  HOUR,
  6 * HOUR,
  12 * HOUR,
  DAY,
  3 * DAY,
  7 * DAY,
  31 * DAY,
];

/** `12 hours`. */
export function windowWords(minutes: number): string {
  if (minutes % DAY === 0) return plural(minutes / DAY, "day");
  return minutes % HOUR === 0 ? plural(minutes / HOUR, "hour") : plural(minutes, "minute");
}

/** What happens with an overlap, as a sentence. */
export const OVERLAP_WORDS: Record<Overlap, string> = {
  skip: "A due time is skipped while an earlier run is at work.",
  queue: "A due time waits in line until the earlier runs have ended.",
  cancel_previous: "A due time cancels the earlier run and starts when that has stopped.",
};

/** What happens after a sleep, as a sentence. */
export function catchUpWords({ catch_up, overlap, window_minutes }: SchedulePolicy): string {
  if (catch_up === "nothing") return "What is missed while the machine sleeps is only told.";
  const within = `of the last ${windowWords(window_minutes)}`;
  if (catch_up === "newest" || overlap === "cancel_previous") {
    return `After a sleep, the newest missed time ${within} is made up for.`;
  }
  return `After a sleep, all missed times ${within} are made up for, one after another.`;
}
