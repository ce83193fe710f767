// The usual times, and the expression that each stands for. What fits none of them is written by hand.

/** A choice of when. */
export type Rhythm = "hourly" | "daily" | "weekdays" | "weekly" | "monthly" | "custom";

export const RHYTHMS: readonly { value: Rhythm; label: string }[] = [
  { value: "hourly", label: "Every hour" },
  { value: "daily", label: "Every day" },
  { value: "weekdays", label: "Monday to Friday" },
  { value: "weekly", label: "Every week" },
  { value: "monthly", label: "Every month" },
  { value: "custom", label: "Cron expression" },
];

export const DAYS: readonly { value: string; label: string }[] = [
  { value: "1", label: "Monday" },
  { value: "2", label: "Tuesday" },
  { value: "3", label: "Wednesday" },
  { value: "4", label: "Thursday" },
  { value: "5", label: "Friday" },
  { value: "6", label: "Saturday" },
  { value: "0", label: "Sunday" },
];

/** What stands in the fields of the form. Each rhythm uses some of them. */
export interface Times {
  rhythm: Rhythm;
  /** `07:30`. */
  time: string;
  /** Minute of the hour. */
  minute: string;
  /** Day of the week, 0 for Sunday. */
  weekday: string;
  /** Day of the month, or `L` for the last. */
  monthday: string;
  /** The expression itself. */
  cron: string;
}

export const USUAL: Times = {
  rhythm: "daily",
  time: "07:00",
  minute: "0",
  weekday: "1",
  monthday: "1",
  cron: "0 7 * * *",
};

/** The expression that the fields stand for. */
export function toCron(times: Times): string {
  const [hour = "", minute = ""] = times.time.split(":");
  const clock = `${Number(minute)} ${Number(hour)}`;
  switch (times.rhythm) {
    case "hourly":
      return `${times.minute.trim()} * * * *`;
    case "daily":
      return `${clock} * * *`;
    case "weekdays":
      return `${clock} * * 1-5`;
    case "weekly":
      return `${clock} * * ${times.weekday}`;
    case "monthly":
      return `${clock} ${times.monthday.trim()} * *`;
    case "custom":
      return times.cron;
  }
}

const CLOCK = /^(\d{1,2}) (\d{1,2}) (\*|\d{1,2}|L) \* (\*|1-5|[0-6])$/;

/** The fields that an expression fills; by hand where it fits no rhythm. */
export function fromCron(cron: string): Times {
  const given = { ...USUAL, cron };
  const hourly = /^(\d{1,2}) \* \* \* \*$/.exec(cron);
  if (hourly?.[1] !== undefined) return { ...given, rhythm: "hourly", minute: hourly[1] };
  const [, minute, hour, monthday, weekday] = CLOCK.exec(cron) ?? [];
  if (minute === undefined || hour === undefined) return { ...given, rhythm: "custom" };
  const time = `${hour.padStart(2, "0")}:${minute.padStart(2, "0")}`;
  if (monthday !== "*" && monthday !== undefined) {
    return weekday === "*"
      ? { ...given, rhythm: "monthly", time, monthday }
      : { ...given, rhythm: "custom" };
  }
  if (weekday === "*") return { ...given, rhythm: "daily", time };
  if (weekday === "1-5") return { ...given, rhythm: "weekdays", time };
  return { ...given, rhythm: "weekly", time, weekday: weekday ?? USUAL.weekday };
}
