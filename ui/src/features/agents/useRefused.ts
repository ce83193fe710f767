// What was refused, at the field that it concerns, or apart from all fields.

import { type HostError, toHostError } from "@/host";
import type { AgentText } from "./drafts";

const FIELDS: readonly string[] = [
  "name",
  "role",
  "model",
  "tools",
  "instructions",
  "fallbacks",
] satisfies (keyof AgentText)[];

export type Refused = (field: keyof AgentText) => string | null;

/** Splits what went wrong. `elsewhere` is what concerns no field of the form. */
export function useRefused(cause: unknown): { refused: Refused; elsewhere: HostError | null } {
  const error = cause === null || cause === undefined ? null : toHostError(cause);
  const field = error?.details.field ?? "";
  return {
    refused: (name) =>
      error !== null && field === name
        ? [error.message, error.details.next_step].filter(Boolean).join(" ")
        : null,
    elsewhere: FIELDS.includes(field) ? null : error,
  };
}
