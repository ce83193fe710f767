/** *Run*: writes a workflow down and starts it, once, however often the window asks or reloads. */
import { isAway } from "./away";
import { beginTask } from "./beginTask";
import { toHostError } from "./errors";
import { putInOutbox } from "./outbox";
import { pendingRunWish, type RunWish, runWishFor, settleRunWish } from "./requestKeys";

/**
 * Runs `task` and gives the workflow's number; null where it waits until the server can be reached. Asked again for the
 * same words before an answer, it is the same wish. `madeOf` is the message that the task was made of, where an agent said
 * any of it.
 */
export async function runTask(task: string, madeOf: string | null = null): Promise<number | null> {
  const wish = runWishFor(task, madeOf);
  if (!isAway()) return carryOut(wish);
  putInOutbox({ kind: "task", ...wish }, task);
  settleRunWish();
  return null;
}

/** Repeats the wish that a reload cut off. Gives the workflow's number, or null when there was none. */
export async function resumeRun(): Promise<number | null> {
  const wish = pendingRunWish();
  return wish === undefined ? null : carryOut(wish);
}

async function carryOut(wish: RunWish): Promise<number> {
  try {
    const id = await beginTask(wish);
    settleRunWish();
    return id;
  } catch (cause) {
    const error = toHostError(cause);
    // Without an answer the wish is kept: whoever tries again must not start a second workflow.
    if (error.isAnswer) settleRunWish();
    throw error;
  }
}
