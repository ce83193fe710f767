// A test in the real window: gets a fresh application, and leaves neither a process nor a folder behind.

import { test } from "node:test";
import { App } from "./app.mjs";

const LONGEST_MS = 180_000;

/**
 * @param {string} name
 * @param {(app: App) => Promise<void>} body
 * @param {NodeJS.ProcessEnv} [env] What the program's environment has besides.
 */
export function windowTest(name, body, env) {
  test(name, { timeout: LONGEST_MS }, async () => {
    const app = new App(name.toLowerCase().replace(/[^a-z0-9]+/g, "-"), env);
    try {
      await body(app);
    } catch (error) {
      await app.keepTrace().catch(() => undefined);
      throw error;
    } finally {
      await app.remove();
    }
  });
}
