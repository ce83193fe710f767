/**
 * The way to the backend. Everything else in this folder calls `backend()`, so that a test or the harness for
 * looks can put another one in its place; nothing outside this folder knows that there is a way at all.
 */
import { commands } from "@/bindings/bindings";
import { isAway, whileAway } from "./away";
import { toHostError } from "./errors";

export type Backend = typeof commands;

let current: Backend = commands;

/** The backend that is in place. One that can't be reached says so at once. */
export function backend(): Backend {
  return isAway() ? whileAway(current) : current;
}

/** Puts another backend in place. Gives the function that brings the former one back. */
export function setBackend(next: Backend): () => void {
  const former = current;
  current = next;
  return () => {
    current = former;
  };
}

type Answer<T> = Promise<{ status: "ok"; data: T } | { status: "error"; error: unknown }>;

/** Waits for an answer. Throws a `HostError` when there is none or when it is an error. */
export async function answerOf<T>(ask: () => Answer<T>): Promise<T> {
  let answer: Awaited<Answer<T>>;
  try {
    answer = await ask();
  } catch (cause) {
    throw toHostError(cause);
  }
  if (answer.status === "ok") return answer.data;
  throw toHostError(answer.error);
}
