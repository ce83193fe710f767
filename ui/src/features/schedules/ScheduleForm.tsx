// The form of one schedule: what it runs, when, and what becomes of times that can't simply start.

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, type KeyboardEvent, useState } from "react";
import type { ScheduleView, ScheduleForm as Values } from "@/bindings/bindings";
import { api, describeError, toHostError } from "@/host";
import { schedulesQuery } from "@/shared/schedules/scheduleQueries";
import { localZone } from "@/shared/schedules/zoneTime";
import { Button } from "@/shared/ui/Button";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";
import { Kbd } from "@/shared/ui/Kbd";
import { TextField } from "@/shared/ui/TextField";
import { PolicyFields } from "./PolicyFields";
import { fromCron, toCron, USUAL } from "./presets";
import { TimesFields } from "./TimesFields";
import { CREW, WorkFields } from "./WorkFields";

const LONGEST_NAME = 80;

/** Fields whose faults are shown beside them. */
const OWN_FIELDS = ["name", "cron", "zone", "inputs"];

/** What a new schedule begins with. */
function blankForm(): Values {
  return {
    name: "",
    template: CREW,
    template_version: null,
    inputs: {},
    cron: toCron(USUAL),
    zone: localZone(),
    overlap: "skip",
    catch_up: "newest",
    window_minutes: 12 * 60,
  };
}

interface Props {
  /** The schedule to change; null for a new one. */
  schedule: ScheduleView | null;
  onSaved: (id: number) => void;
  onCancel: () => void;
}

/** The form. Ctrl-Enter saves. */
export function ScheduleForm({ schedule, onSaved, onCancel }: Props) {
  const client = useQueryClient();
  const [values, setValues] = useState<Values>(() => schedule?.form ?? blankForm());
  const [times, setTimes] = useState(() => fromCron(values.cron));
  const save = useMutation({
    mutationFn: () => api.saveSchedule(schedule?.id ?? null, { ...values, cron: toCron(times) }),
    onSuccess: (saved) => onSaved(saved.id),
    onSettled: () => client.invalidateQueries({ queryKey: schedulesQuery.queryKey }),
  });
  const set = (changed: Partial<Values>) => setValues((now) => ({ ...now, ...changed }));
  const error = save.error === null ? null : toHostError(save.error);
  const refused = (field: string) =>
    error?.details.field === field
      ? [error.message, error.details.next_step].filter(Boolean).join(" ")
      : null;
  const elsewhere = error !== null && !OWN_FIELDS.includes(error.details.field ?? "");
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    if (!save.isPending) save.mutate();
  };
  const onKeyDown = (event: KeyboardEvent<HTMLFormElement>) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) onSubmit(event);
  };
  return (
    <form
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
        error={refused("name")}
        onChange={(event) => set({ name: event.target.value })}
      />
      <WorkFields values={values} onChange={set} error={refused("inputs")} />
      <TimesFields
        times={times}
        zone={values.zone}
        onTimes={setTimes}
        onZone={(zone) => set({ zone })}
      />
      <PolicyFields policy={values} onChange={set} />
      {elsewhere ? <ErrorNotice title="It was not saved." {...describeError(error)} /> : null}
      <div className="flex items-center gap-2">
        <Button type="submit" variant="primary" busy={save.isPending}>
          Save
        </Button>
        <Button onClick={onCancel}>Cancel</Button>
        <Kbd keys="mod+enter" className="ml-1" />
      </div>
    </form>
  );
}
