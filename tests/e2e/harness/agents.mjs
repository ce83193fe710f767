// Agents, as the tests in the window change them.

import { until } from "./until.mjs";

/** The researcher of the permanent crew. */
export const RESEARCHER = 2;

/**
 * Gives the researcher, whose page is open, a tool.
 * @param {import("./page.mjs").Page} page
 * @param {string} label
 * @param {string} tool
 */
export async function giveTool(page, label, tool) {
  await (await page.byRole("button", { name: "Edit" })).click();
  await (await page.byRole("checkbox", { name: label })).click();
  await saveWith(page, tool);
}

/**
 * Saves the researcher's form, in which a tool was ticked.
 * @param {import("./page.mjs").Page} page
 * @param {string} tool
 */
export async function saveWith(page, tool) {
  await (await page.byRole("button", { name: "Save" })).click();
  await until("the tool to be given", async () =>
    (await page.ask("get_agent", { id: RESEARCHER })).agent.tools.includes(tool),
  );
}
