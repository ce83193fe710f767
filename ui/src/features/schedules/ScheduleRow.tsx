// One schedule in the list: what, when, when next, and how the last time went.

import { memo } from "react";
import type { ScheduleView } from "@/bindings/bindings";
import { cx } from "@/shared/lib/cx";
import { useRowFocus } from "@/shared/list/useRowFocus";
import { outcomeWords } from "@/shared/schedules/outcomeWords";
import { inZone, localZone } from "@/shared/schedules/zoneTime";
import { StatusBadge } from "@/shared/ui/StatusBadge";

interface Props {
  schedule: ScheduleView;
  selected: boolean;
  active: boolean;
  onOpen: (id: number) => void;
  onReach: (id: number) => void;
}

function Next({ schedule }: { schedule: ScheduleView }) {
  if (schedule.paused) return <StatusBadge status="paused" />;
  if (schedule.problem !== null) return <StatusBadge status="error" word="Can't start" />;
  const [next] = schedule.next;
  return (
    <span className="tabular text-note text-ink-2">
      {next === undefined ? "Never" : inZone(next, localZone())}
    </span>
  );
}

function Last({ schedule }: { schedule: ScheduleView }) {
  if (schedule.last === null) return <span className="text-note text-ink-3">Not due so far</span>;
  const { status, word } = outcomeWords(schedule.last);
  return <StatusBadge status={status} word={word} />;
}

/** A row that opens the schedule in the inspector. */
export const ScheduleRow = memo(function ScheduleRow({
  schedule,
  selected,
  active,
  onOpen,
  onReach,
}: Props) {
  const row = useRowFocus<HTMLButtonElement>(active);
  const { form } = schedule;
  const when = `${schedule.words || form.cron} · ${form.zone}`;
  return (
    <button
      ref={row}
      type="button"
      aria-current={selected || undefined}
      onClick={() => onOpen(schedule.id)}
      onFocus={() => onReach(schedule.id)}
      className={cx(
        "row h-12 w-full text-left transition-colors",
        selected ? "bg-selected" : "hover:bg-hover",
      )}
    >
      <span className="min-w-0 flex-1">
        <span className="block truncate text-ink" title={form.name}>
          {form.name}
        </span>
        <span className="block truncate text-note text-ink-3" title={when}>
          {when}
        </span>
      </span>
      <span className="w-48 shrink-0 @max-xl:hidden">
        <Next schedule={schedule} />
      </span>
      <span className="w-32 shrink-0">
        <Last schedule={schedule} />
      </span>
    </button>
  );
});
