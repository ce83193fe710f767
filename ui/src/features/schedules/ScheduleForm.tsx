// The form of one schedule: what it runs, when, and what becomes of times that can't simply start.

import type { FormEvent, KeyboardEvent } from "react";
import type { ScheduleView } from "@/bindings/bindings";
import { describeError } from "@/host";
import { Button } from "@/shared/ui/Button";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";
import { Kbd } from "@/shared/ui/Kbd";
import { TextField } from "@/shared/ui/TextField";
import { PolicyFields } from "./PolicyFields";
import { TimesFields } from "./TimesFields";
import { useScheduleForm } from "./useScheduleForm";
import { WorkFields } from "./WorkFields";

const LONGEST_NAME = 80;

interface Props {
  /** The schedule to change; null for a new one. */
  schedule: ScheduleView | null;
  onSaved: (id: number) => void;
  onCancel: () => void;
}

/** The form. Ctrl-Enter saves. */
export function ScheduleForm({ schedule, onSaved, onCancel }: Props) {
  const { inputs, values, set, times, setTimes, busy, error, send } = useScheduleForm(
    schedule,
    onSaved,
  );
  const { field = null, next_step = null } = error?.details ?? {};
  const ofName = field === "name" ? [error?.message, next_step].filter(Boolean).join(" ") : null;
  // What is wrong with the times stands at their fields already.
  const elsewhere = error !== null && !["name", "cron", "zone"].includes(field ?? "");
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    send();
  };
  const onKeyDown = (event: KeyboardEvent<HTMLFormElement>) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) onSubmit(event);
  };
  return (
    <form
      noValidate
      aria-label={schedule === null ? "New schedule" : `Change ${schedule.form.name}`}
      onSubmit={onSubmit}
      onKeyDown={onKeyDown}
      className="mt-4 flex flex-col gap-4"
    >
      <TextField
        label="Name"
        autoFocus
        maxLength={LONGEST_NAME}
        value={values.name}
        hint="Its workflows get this name."
        error={ofName}
        onChange={(event) => set({ name: event.target.value })}
      />
      <WorkFields values={values} onChange={set} form={inputs} />
      <TimesFields
        times={times}
        zone={values.zone}
        onTimes={setTimes}
        onZone={(zone) => set({ zone })}
      />
      <PolicyFields policy={values} onChange={set} />
      {elsewhere ? <ErrorNotice title="It was not saved." {...describeError(error)} /> : null}
      <div className="flex items-center gap-2">
        <Button type="submit" variant="primary" busy={busy}>
          Save
        </Button>
        <Button onClick={onCancel}>Cancel</Button>
        <Kbd keys="mod+enter" className="ml-1" />
      </div>
    </form>
  );
}
