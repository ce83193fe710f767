// What a schedule does with due times that can't simply start.

import { useId } from "react";
import type { SchedulePolicy } from "@/bindings/bindings";
import { FieldGroup } from "@/shared/ui/FieldGroup";
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
      <FieldGroup
        legend="While an earlier run is at work"
        look="label"
        describedBy={overlap}
        layout="flex flex-col items-start gap-1"
      >
        <Select
          label="While an earlier run is at work"
          value={policy.overlap}
          options={OVERLAPS}
          onChange={(value) => set({ overlap: value })}
        />
        <p id={overlap} className="text-note text-ink-3">
          {OVERLAP_WORDS[policy.overlap]}
        </p>
      </FieldGroup>
      <FieldGroup
        legend="After the machine slept or Wheelhouse was closed"
        look="label"
        describedBy={catchUp}
        layout="flex flex-col items-start gap-1"
      >
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
      </FieldGroup>
    </div>
  );
}
