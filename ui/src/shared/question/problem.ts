import type { ApiError } from "@/bindings/bindings";

/** Why an answer was not taken, with what to do. */
export function problemOf(error: unknown): string {
  const { message, details } = error as Partial<ApiError>;
  const said = message ?? "The answer was not taken.";
  return details?.next_step ? `${said} ${details.next_step}` : said;
}
