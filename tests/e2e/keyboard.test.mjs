// The whole way without a mouse.

import assert from "node:assert/strict";
import { firstStart, openedWorkflow, TASK, watchRun } from "./harness/crew.mjs";
import { windowTest } from "./harness/test.mjs";
import { until } from "./harness/until.mjs";

windowTest("keyboard only", async (app) => {
  const page = await app.start();
  await page.byRole("textbox", { name: "What should the crew do?" });
  await until("the field to have the focus", async () => /^textarea/.test(await page.focused()));
  await page.typeKeys(TASK);
  await page.press("Control+Enter");
  const id = await openedWorkflow(page);
  await watchRun(page, id);

  await page.press("g", "w");
  await page.routeIs(/^\/workflows(\?|$)/);
  await page.byText(TASK);
  await page.press("j", "Enter");
  assert.equal(await openedWorkflow(page), id, "J and Enter open the workflow");

  await page.press("g", "k");
  await page.routeIs(/^\/knowledge/);
  await page.press("g", "a");
  await page.routeIs(/^\/agents/);
  await page.press("g", "h");
  await page.routeIs(/^\/$/);

  await page.press("Escape", "Control+k");
  await page.byRole("dialog", { name: "Command palette" });
  await until("the palette to take the keys", () => isIn(page, "[role=dialog] input"));
  await page.typeKeys("agents");
  await until("the palette to choose Agents", () => chosenIs(page, "Agents"));
  await page.press("Enter");
  await page.routeIs(/^\/agents/);

  await page.gone("dialog");
  await page.press("?");
  await page.byRole("dialog", { name: "Keys" });
  await page.press("Escape");
  await page.gone("dialog");
});

windowTest("tab walks through Home and the focus can always be seen", async (app) => {
  const page = await app.start();
  await firstStart(page);
  const reached = new Set();
  for (let step = 0; step < 25; step += 1) {
    await page.press("Tab");
    const now = await page.focused();
    if (now.startsWith("body")) continue;
    reached.add(now);
    assert.ok(await focusShows(page), `the focus can be seen on ${now}`);
  }
  for (const wanted of [/Home/, /Workflows/, /Agents/, /Knowledge/, /Run/, /Explain how/]) {
    assert.ok(
      [...reached].some((name) => wanted.test(name)),
      `${wanted} was reached: ${[...reached].join(" | ")}`,
    );
  }
});

/**
 * Whether what has the focus, or the frame around it, is drawn with an outline or a ring.
 * @param {import("./harness/page.mjs").Page} page
 * @returns {Promise<boolean>}
 */
function focusShows(page) {
  return page.session.execute(`
    for (let element = document.activeElement, depth = 0; element && depth < 3; depth += 1) {
      const style = getComputedStyle(element);
      const outlined = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
      if (outlined || /rgb/.test(style.boxShadow)) return true;
      element = element.parentElement;
    }
    return false;
  `);
}

/**
 * Whether the focus is on an element that fits a selector.
 * @param {import("./harness/page.mjs").Page} page
 * @param {string} selector
 * @returns {Promise<boolean>}
 */
function isIn(page, selector) {
  return page.session.execute("return document.activeElement?.matches(arguments[0]) ?? false", [
    selector,
  ]);
}

/**
 * Whether the chosen entry of the palette begins with these words.
 * @param {import("./harness/page.mjs").Page} page
 * @param {string} words
 * @returns {Promise<boolean>}
 */
function chosenIs(page, words) {
  const body =
    "return document.querySelector('[role=option][aria-selected=true]')?.textContent.includes(arguments[0]) ?? false";
  return page.session.execute(body, [words]);
}
