// What a schedule does with due times that can't simply start.

import { useId } from "react";
import type { SchedulePolicy } from "@/bindings/bindings";
import { Select } from "@/shared/ui/Select";
import {
  CATCH_UPS,
  catchUpWords,
  OVERLAP_WORDS,
  OVERLAPS,
  WINDOWS,
  windowWords,
} from "./policyWords";

interface Props {
  policy: SchedulePolicy;
  onChange: (policy: SchedulePolicy) => void;
}

/** Overlap, catching up, and how far back. */
export function PolicyFields({ policy, onChange }: Props) {
  const overlap = useId();
  const catchUp = useId();
  const set = (changed: Partial<SchedulePolicy>) => onChange({ ...policy, ...changed });
  const windows = [...new Set([...WINDOWS, policy.window_minutes])].sort((a, b) => a - b);
  return (
    <div className="flex flex-col gap-3">
      <fieldset className="flex flex-col items-start gap-1" aria-describedby={overlap}>
        <legend className="mb-1 text-note font-medium text-ink-2">
          While an earlier run is at work
        </legend>
        <Select
          label="While an earlier run is at work"
          value={policy.overlap}
          options={OVERLAPS}
          onChange={(value) => set({ overlap: value })}
        />
        <p id={overlap} className="text-note text-ink-3">
          {OVERLAP_WORDS[policy.overlap]}
        </p>
      </fieldset>
      <fieldset className="flex flex-col items-start gap-1" aria-describedby={catchUp}>
        <legend className="mb-1 text-note font-medium text-ink-2">
          After the machine slept or Wheelhouse was closed
        </legend>
        <div className="flex flex-wrap gap-2">
          <Select
            label="After a sleep"
            value={policy.catch_up}
            options={CATCH_UPS}
            onChange={(value) => set({ catch_up: value })}
          />
          {policy.catch_up === "nothing" ? null : (
            <Select
              label="How far back"
              value={String(policy.window_minutes)}
              options={windows.map((minutes) => ({
                value: String(minutes),
                label: `of the last ${windowWords(minutes)}`,
              }))}
              onChange={(value) => set({ window_minutes: Number(value) })}
            />
          )}
        </div>
        <p id={catchUp} className="text-note text-ink-3">
          {catchUpWords(policy)}
        </p>
      </fieldset>
    </div>
  );
}
