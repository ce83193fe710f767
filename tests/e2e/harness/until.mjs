// Waiting for something to become true, with a bound and a message that says what was waited for.

const PAUSE_MS = 100;

/**
 * Asks again and again until the answer is neither false, null nor undefined, and gives it.
 * An error counts as "not yet"; the last one is told when the time is over.
 * @template T
 * @param {string} what For the message: "the report".
 * @param {() => T | Promise<T>} ask
 * @param {number} [timeout] In milliseconds.
 * @returns {Promise<Exclude<T, false | null | undefined>>}
 */
export async function until(what, ask, timeout = 15_000) {
  const end = performance.now() + timeout;
  /** @type {unknown} */
  let reason;
  for (;;) {
    try {
      const answer = await ask();
      if (answer !== false && answer !== null && answer !== undefined) {
        return /** @type {Exclude<T, false | null | undefined>} */ (answer);
      }
      reason = undefined;
    } catch (error) {
      if (error instanceof Fatal) throw error;
      reason = error;
    }
    if (performance.now() > end) {
      const why = reason instanceof Error ? `: ${reason.message}` : "";
      throw new Error(`Waited ${timeout / 1000} s for ${what}${why}`, { cause: reason });
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}

/** An error that waiting cannot mend. */
class Fatal extends Error {}
