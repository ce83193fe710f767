// When a schedule is due: the usual times by choice, anything else as an expression, and what comes of it.

import { useQuery } from "@tanstack/react-query";
import { useDeferredValue } from "react";
import { api, toHostError } from "@/host";
import { NextTimes } from "@/shared/schedules/NextTimes";
import { allZones } from "@/shared/schedules/zoneTime";
import { Select } from "@/shared/ui/Select";
import { SuggestField } from "@/shared/ui/SuggestField";
import { TextField } from "@/shared/ui/TextField";
import { DAYS, RHYTHMS, type Times, toCron } from "./presets";

interface Props {
  times: Times;
  zone: string;
  onTimes: (times: Times) => void;
  onZone: (zone: string) => void;
}

const ZONES = allZones().map((value) => ({ value, label: value }));

/** What an expression comes to; asked anew while it is written. */
function usePreview(cron: string, zone: string) {
  const asked = useDeferredValue(`${cron}\n${zone}`);
  const [expression = "", place = ""] = asked.split("\n");
  return useQuery({
    queryKey: ["schedule-preview", expression, place],
    queryFn: () => api.previewSchedule(expression, place),
    placeholderData: (before) => before,
    retry: false,
  });
}

function Labelled({ label, children }: { label: string; children: React.ReactNode }) {
  return (
    <div className="flex flex-col gap-1">
      <span className="text-note font-medium text-ink-2" aria-hidden="true">
        {label}
      </span>
      {children}
    </div>
  );
}

/** The fields of the chosen rhythm. */
function RhythmFields({
  times,
  onTimes,
  error,
}: Pick<Props, "times" | "onTimes"> & { error: string | null }) {
  const set = (changed: Partial<Times>) => onTimes({ ...times, ...changed });
  const { rhythm } = times;
  if (rhythm === "custom") {
    return (
      <div className="min-w-52 flex-1">
        <TextField
          label="Expression"
          value={times.cron}
          spellCheck={false}
          autoComplete="off"
          className="font-mono"
          hint="Minute, hour, day of the month, month, day of the week."
          error={error}
          onChange={(event) => set({ cron: event.target.value })}
        />
      </div>
    );
  }
  return (
    <>
      {rhythm === "hourly" ? (
        <TextField
          label="At minute"
          type="number"
          min={0}
          max={59}
          value={times.minute}
          error={error}
          onChange={(event) => set({ minute: event.target.value })}
        />
      ) : null}
      {rhythm === "weekly" ? (
        <Labelled label="On">
          <Select
            label="On"
            value={times.weekday}
            options={DAYS}
            onChange={(weekday) => set({ weekday })}
          />
        </Labelled>
      ) : null}
      {rhythm === "monthly" ? (
        <TextField
          label="On day"
          value={times.monthday}
          hint="1 to 31, or L for the last"
          error={error}
          onChange={(event) => set({ monthday: event.target.value })}
        />
      ) : null}
      {rhythm === "hourly" ? null : (
        <TextField
          label="At"
          type="time"
          required
          value={times.time}
          onChange={(event) => set({ time: event.target.value })}
        />
      )}
    </>
  );
}

/** Rhythm, time and zone, and the next five due times. */
export function TimesFields({ times, zone, onTimes, onZone }: Props) {
  const cron = toCron(times);
  const preview = usePreview(cron, zone);
  const refused = preview.error === null ? null : toHostError(preview.error);
  const wrong = (field: string) => (refused?.details.field === field ? refused.message : null);
  const choose = (rhythm: Times["rhythm"]) =>
    onTimes(rhythm === "custom" ? { ...times, rhythm, cron } : { ...times, rhythm });
  return (
    <div className="flex flex-col gap-3">
      <div className="flex flex-wrap items-start gap-3">
        <Labelled label="Runs">
          <Select label="Runs" value={times.rhythm} options={RHYTHMS} onChange={choose} />
        </Labelled>
        <RhythmFields times={times} onTimes={onTimes} error={wrong("cron")} />
      </div>
      <SuggestField
        label="Time zone"
        value={zone}
        onChange={onZone}
        suggestions={ZONES}
        nothing="No time zone has this in its name."
        error={wrong("zone")}
      />
      {preview.data === undefined || refused !== null ? null : (
        <section aria-label="Next five" className="rounded-md bg-hover/60 px-3 py-2">
          <p className="mb-1 text-note text-ink-2">{preview.data.words}. The next five:</p>
          <NextTimes times={preview.data.next} zone={zone} />
        </section>
      )}
    </div>
  );
}
