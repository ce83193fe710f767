// A test in the real window: gets a fresh application, and leaves neither a process nor a folder behind.

import assert from "node:assert/strict";
import { test } from "node:test";
import { App } from "./app.mjs";

const LONGEST_MS = 180_000;

/**
 * @param {string} name
 * @param {(app: App, t: import("node:test").TestContext) => Promise<void>} body
 */
export function windowTest(name, body) {
  test(name, { timeout: LONGEST_MS }, async (t) => {
    const app = new App(name.toLowerCase().replace(/[^a-z0-9]+/g, "-"));
    try {
      await body(app, t);
    } catch (error) {
      await app.keepTrace().catch(() => undefined);
      throw error;
    } finally {
      await app.remove();
    }
  });
}

/**
 * Fails when axe finds something on the screen.
 * @param {import("./page.mjs").Page} page
 * @param {string} where
 */
export async function assertAccessible(page, where) {
  assert.deepEqual(await page.violations(), [], `axe on ${where}`);
}
