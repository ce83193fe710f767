// Times in the time zone of a schedule.

/** The time zone of this machine. */
export const localZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";

/** Every time zone that can be chosen. */
export function allZones(): string[] {
  const known = Intl.supportedValuesOf("timeZone");
  return known.includes("UTC") ? known : ["UTC", ...known];
}

/** `Mon, 23 Nov 2026, 07:00`, in a time zone; null where this machine does not know the zone. */
export function inZone(at: number, zone: string): string | null {
  try {
    return new Intl.DateTimeFormat(undefined, {
      weekday: "short",
      day: "numeric",
      month: "short",
      year: "numeric",
      hour: "2-digit",
      minute: "2-digit",
      timeZone: zone,
    }).format(at);
  } catch {
    return null;
  }
}
