// The state of the form of a schedule: what is written, what is wrong, and saving it.

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import type { ScheduleForm, ScheduleView, TemplateProblem } from "@/bindings/bindings";
import { api, toHostError } from "@/host";
import { schedulesQuery } from "@/shared/schedules/scheduleQueries";
import { localZone } from "@/shared/schedules/zoneTime";
import { fromCron, toCron, USUAL } from "./presets";
import type { InputsForm } from "./WorkFields";

/** The template that takes a task in words. */
const CREW = "01920000-0000-7000-8000-000000000001";

/** Where the faults of an input are told: `inputs.task`. */
const INPUTS = "inputs.";

/** What a new schedule begins with. */
function blankForm(): ScheduleForm {
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

/** What the backend said about one of the inputs; null where it is about something else. */
function inputProblem(cause: unknown): TemplateProblem | null {
  const { message, details } = toHostError(cause);
  if (!details.field?.startsWith(INPUTS)) return null;
  return {
    step: null,
    field: details.field.slice(INPUTS.length),
    code: "bad_value",
    message,
    next_step: details.next_step ?? "",
  };
}

export function useScheduleForm(schedule: ScheduleView | null, onSaved: (id: number) => void) {
  const client = useQueryClient();
  const inputs = useRef<InputsForm>(null);
  const [values, setValues] = useState<ScheduleForm>(() => schedule?.form ?? blankForm());
  const [times, setTimes] = useState(() => fromCron(values.cron));
  const [told, setTold] = useState(false);
  const save = useMutation({
    mutationFn: (form: ScheduleForm) => api.saveSchedule(schedule?.id ?? null, form),
    onSuccess: (saved) => onSaved(saved.id),
    onError: (cause) => {
      const problem = inputProblem(cause);
      setTold(problem !== null && inputs.current?.refuse(problem) === true);
    },
    onSettled: () => client.invalidateQueries({ queryKey: schedulesQuery.queryKey }),
  });
  const send = () => {
    const given = inputs.current?.read() ?? null;
    if (given === null || save.isPending) return;
    setTold(false);
    save.mutate({ ...values, inputs: given, cron: toCron(times) });
  };
  const error = save.error === null || told ? null : toHostError(save.error);
  return {
    inputs,
    values,
    set: (changed: Partial<ScheduleForm>) => setValues((now) => ({ ...now, ...changed })),
    times,
    setTimes,
    busy: save.isPending,
    error,
    send,
  };
}
