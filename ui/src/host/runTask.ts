/** *Run*: writes a workflow down and starts it, once, however often the window asks or reloads. */
import { isAway } from "./away";
import { toHostError } from "./errors";
import { putInOutbox } from "./outbox";
import { pendingRunWish, type RunWish, runWishFor, settleRunWish } from "./requestKeys";
import { answerOf, backend } from "./transport";

/**
 * Runs `task` and gives the workflow's number; null where it waits until the server can be reached. Asked again for the
 * same words before an answer, it is the same wish.
 */
export async function runTask(task: string): Promise<number | null> {
  const wish = runWishFor(task);
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
    const { id } = await answerOf(() =>
      backend().createWorkflow({ request_key: wish.createKey, task: wish.task, name: "" }),
    );
    await answerOf(() => backend().startWorkflow({ request_key: wish.startKey, id }));
    settleRunWish();
    return id;
  } catch (cause) {
    const error = toHostError(cause);
    // Without an answer the wish is kept: whoever tries again must not start a second workflow.
    if (error.isAnswer) settleRunWish();
    throw error;
  }
}
