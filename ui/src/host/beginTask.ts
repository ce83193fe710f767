import type { RunWish } from "./requestKeys";
import { answerOf, backend } from "./transport";

/** Writes the workflow of a wish down and starts it; gives its number. */
export async function beginTask(wish: RunWish): Promise<number> {
  const { task, madeOf: made_of, createKey: request_key, startKey } = wish;
  const { id } = await answerOf(() =>
    backend().createWorkflow({ request_key, task, name: "", made_of }),
  );
  await answerOf(() => backend().startWorkflow({ request_key: startKey, id }));
  return id;
}
