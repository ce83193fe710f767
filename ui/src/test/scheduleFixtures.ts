// Schedules as the backend gives them, for tests.

import type {
  ScheduleForm,
  ScheduleNotice,
  ScheduleRunView,
  ScheduleView,
  TemplateView,
} from "@/bindings/bindings";
import { NOON } from "./fixtures";

const HOUR = 3_600_000;

/** When the made-up schedule is due next. */
export const NEXT = NOON + HOUR;

function aForm(over: Partial<ScheduleForm> = {}): ScheduleForm {
  return {
    name: "Morning digest",
    template: "01920000-0000-7000-8000-000000000001",
    template_version: null,
    inputs: { task: "Sum up what is new" },
    cron: "0 7 * * *",
    zone: "Europe/Berlin",
    overlap: "skip",
    catch_up: "newest",
    window_minutes: 720,
    ...over,
  };
}

export function aRun(over: Partial<ScheduleRunView> = {}): ScheduleRunView {
  const at = NOON - HOUR;
  return {
    due: { at, first: at, times: 1, more: false },
    outcome: { outcome: "started", workflow: 12, late: false },
    decided_at: at,
    workflow: { id: 12, status: "completed", completed_at: at + 60_000, failure: null },
    ...over,
  };
}

/** A run of several due times that were missed. */
export function aMiss(times = 3): ScheduleRunView {
  const at = NOON - HOUR;
  return aRun({
    due: { at, first: at - times * HOUR, times, more: false },
    outcome: { outcome: "missed", because: "outside_window" },
    workflow: null,
  });
}

export function aSchedule(over: Partial<ScheduleView> = {}): ScheduleView {
  return {
    id: 3,
    uid: "0192dddd-0000-7000-8000-000000000003",
    form: aForm(),
    words: "At 07:00",
    problem: null,
    paused: false,
    next: [0, 1, 2, 3, 4].map((day) => NEXT + day * 24 * HOUR),
    running: [],
    waiting: 0,
    last: aRun(),
    created_at: NOON - 48 * HOUR,
    ...over,
  };
}

export function aTemplate(over: Partial<TemplateView> = {}): TemplateView {
  return {
    uid: "01920000-0000-7000-8000-000000000001",
    name: "crew",
    title: "Crew",
    description: "Analyses, researches, staffs and reports.",
    version: 1,
    newest_version: 1,
    built_in: true,
    removed: false,
    inputs: [{ name: "task", title: "Task", type: "long_text", required: true }],
    agents: [],
    steps: [],
    created_at: NOON,
    updated_at: NOON,
    ...over,
  };
}

export function aScheduleNotice(over: Partial<ScheduleNotice> = {}): ScheduleNotice {
  return { schedule_id: 3, name: "Morning digest", at: NOON, run: aMiss(), ...over };
}
