/** Every way in which a call to the backend can go wrong, brought into one form. */
import type { ApiError, ErrorCode, ErrorDetails } from "@/bindings/bindings";

/** A call that was not carried out. `code` is for programs, `message` and `details.next_step` are for people. */
export class HostError extends Error {
  override readonly name = "HostError";
  readonly code: ErrorCode;
  readonly details: ErrorDetails;

  constructor(error: ApiError) {
    super(error.message);
    this.code = error.code;
    this.details = error.details;
  }

  /** Whether the backend said no for good. Otherwise it may be carried out by now, or when it is sent again. */
  get isAnswer(): boolean {
    return this.code !== "internal" && this.code !== "unavailable" && this.code !== "rate_limited";
  }
}

/** Nothing was asked, because the server can't be reached now. What is known already is no worse for it. */
export class AwayError extends HostError {
  /** Whether something was to be read, which is asked again by itself; a wish is not. */
  readonly isRead: boolean;

  constructor(error: ApiError, isRead = true) {
    super(error);
    this.isRead = isRead;
  }
}

const NO_DETAILS: ErrorDetails = { field: null, next_step: null };

/**
 * Brings anything that was thrown or given back as an error into the form of an `ApiError`. The framework's own
 * failures (an unknown command, an argument of the wrong form, a missing permission) arrive as plain text.
 */
export function toHostError(cause: unknown): HostError {
  if (cause instanceof HostError) return cause;
  if (isApiError(cause)) return new HostError(cause);
  const text = cause instanceof Error ? cause.message : String(cause);
  return new HostError({
    code: "internal",
    message: `The window could not reach the rest of Wheelhouse: ${text}`,
    details: { ...NO_DETAILS, next_step: "Try again. If it stays, restart Wheelhouse." },
  });
}

/** What an error notice shows. */
export interface Described {
  message: string;
  nextStep: string | null;
  /** Nothing went wrong: the frame says already that the server can't be reached, and it is asked again by itself. */
  quiet?: true;
}

/** What an error notice shows of anything that was thrown. */
export function describeError(cause: unknown): Described {
  const error = toHostError(cause);
  const described = { message: error.message, nextStep: error.details.next_step };
  return error instanceof AwayError && error.isRead ? { ...described, quiet: true } : described;
}

function isApiError(value: unknown): value is ApiError {
  if (typeof value !== "object" || value === null) return false;
  const candidate = value as Partial<ApiError>;
  return (
    typeof candidate.code === "string" &&
    typeof candidate.message === "string" &&
    typeof candidate.details === "object" &&
    candidate.details !== null
  );
}
