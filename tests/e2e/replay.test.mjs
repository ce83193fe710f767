// A run that has ended is replayed step by step in the real window: by button, by key and by the slider, and what stands
// there at a step is the same each time.

import assert from "node:assert/strict";
import { lookAt, wide } from "./harness/look.mjs";
import { builtIn, standsStill, startTemplate } from "./harness/templates.mjs";
import { windowTest } from "./harness/test.mjs";
import { until } from "./harness/until.mjs";

/** @typedef {import("./harness/page.mjs").Page} Page */

windowTest("a run is replayed step by step, the same each time", async (app) => {
  const page = await app.start();
  const uid = await builtIn(page, "draft-critique-revise");
  const id = await startTemplate(page, uid, { task: "Explain how a run is kept" });
  assert.equal((await standsStill(page, id)).workflow.status, "completed");
  const before = await page.ask("list_journal", { workflow_id: id, after: 0, limit: 500 });
  await page.go(`/workflows/${id}?tab=replay`);
  const slider = await page.byRole("slider", { name: "Place in the replay" });
  assert.equal(await slider.value(), "0");
  assert.deepEqual(await lookAt(page, "replay-first"), []);
  await wide(page);

  const steps = Number(await (await page.byRole("slider")).attribute("max"));
  assert.ok(steps > 20, `${steps} steps`);
  const middle = Math.floor(steps / 2);
  /** What stands there at each step on the way on, by button and by key. */
  const onward = [await shown(page)];
  for (let step = 1; step <= middle; step += 1) {
    if (step % 2 === 0) await page.press(".");
    else await (await page.byRole("button", { name: "Next" })).click();
    await at(page, step);
    onward.push(await shown(page));
  }
  assert.ok(new Set(onward).size > middle / 2, "the steps differ");
  assert.deepEqual(await lookAt(page, "replay-middle"), []);
  await wide(page);
  for (let step = middle - 1; step >= 0; step -= 1) {
    await page.press(",");
    await at(page, step);
    assert.equal(await shown(page), onward[step], `step ${step} is the same on the way back`);
  }

  await (await page.byRole("button", { name: "Play" })).click();
  await page.byRole("button", { name: "Stop" });
  await until(
    "it to play on",
    async () => Number(await (await page.byRole("slider")).value()) >= 3,
  );
  await (await page.byRole("button", { name: "Stop" })).click();
  await page.byRole("button", { name: "Play" });
  const stopped = Number(await (await page.byRole("slider")).value());
  assert.equal(await shown(page), onward[stopped]);

  await page.session.execute("document.querySelector('[type=range]').focus()");
  await page.press("End");
  await at(page, steps);
  await page.byText(/follows? from those before/);
  assert.deepEqual(await lookAt(page, "replay-last"), []);
  const after = await page.ask("list_journal", { workflow_id: id, after: 0, limit: 500 });
  assert.deepEqual(after, before, "a replay records nothing");
});

/**
 * Waits until the replay stands at a step.
 * @param {Page} page
 * @param {number} step
 */
async function at(page, step) {
  await until(
    `step ${step}`,
    async () => (await (await page.byRole("slider")).value()) === `${step}`,
  );
}

/**
 * Everything that the replay shows.
 * @param {Page} page
 * @returns {Promise<string>}
 */
function shown(page) {
  return page.session.execute("return document.querySelector('[role=tabpanel]').textContent");
}
