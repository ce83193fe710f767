/**
 * Names of wishes. A wish that is sent twice under one name is carried out once, so *Run* keeps its name until
 * there is an answer: a window that reloads in between repeats the same wish instead of making a second one.
 */
import { keep, readKept } from "@/shared/lib/keep";
import { keyOfBackend } from "@/stores";

/** A new name: 128 random bits. Made without `randomUUID`, which a webview has only where it trusts its own protocol. */
export function newRequestKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The wish to run a task, under way. */
export interface RunWish {
  task: string;
  /** The message that it was made of, where an agent said any of it. */
  madeOf: string | null;
  createKey: string;
  startKey: string;
}

const RUN_WISH = "run.wish";

const isRunWish = (value: unknown): value is RunWish => {
  const wish = value as Partial<RunWish> | null;
  return (
    typeof wish === "object" &&
    typeof wish?.task === "string" &&
    (wish.madeOf === null || typeof wish.madeOf === "string") &&
    typeof wish.createKey === "string" &&
    typeof wish.startKey === "string"
  );
};

/** The wish that has no answer yet. */
export function pendingRunWish(): RunWish | undefined {
  return readKept(keyOfBackend(RUN_WISH), isRunWish, sessionStorage);
}

/** The wish to run `task`: the one under way if it is for the same words, otherwise a new one, kept from now on. */
export function runWishFor(task: string, madeOf: string | null): RunWish {
  const pending = pendingRunWish();
  if (pending?.task === task && pending.madeOf === madeOf) return pending;
  const wish = { task, madeOf, createKey: newRequestKey(), startKey: newRequestKey() };
  keep(keyOfBackend(RUN_WISH), wish, sessionStorage);
  return wish;
}

/** Forgets the wish: its answer is there. */
export function settleRunWish(): void {
  keep(keyOfBackend(RUN_WISH), undefined, sessionStorage);
}
