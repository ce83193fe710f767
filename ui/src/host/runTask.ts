/** *Run*: writes a workflow down and starts it, once, however often the window asks or reloads. */
import { toHostError } from "./errors";
import { pendingRunWish, type RunWish, runWishFor, settleRunWish } from "./requestKeys";
import { answerOf, backend } from "./transport";

/** Runs `task` and gives the workflow's number. Asked again for the same words before an answer, it is the same wish. */
export function runTask(task: string): Promise<number> {
  return carryOut(runWishFor(task));
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
