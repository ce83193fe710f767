// The knowledge: add a folder, notice what changed in it, search it, cite from it, take it out again.

import assert from "node:assert/strict";
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { reaches, runTask } from "./harness/crew.mjs";
import { windowTest } from "./harness/test.mjs";
import { until } from "./harness/until.mjs";

windowTest("a folder is added, read again after a change, cited and removed", async (app) => {
  const folder = makeFolder(app.folder);
  const page = await app.start();
  await (await page.byRole("link", { name: "Knowledge" })).click();
  await (await page.byRole("textbox", { name: "Add a folder or a file" })).type(folder);
  await page.press("Enter");
  const row = await page.byRole("button", { name: /orchard/ });
  await until("the folder to be read", async () => (await documents(page, folder)).length === 2);

  writeFileSync(join(folder, "bees.md"), "# Bees\n\nThe hives stand behind the plum trees.\n");
  rmSync(join(folder, "water.md"));
  await row.click();
  await (await page.byRole("button", { name: "Re-scan" })).click();
  await until("the change to be noticed", async () => {
    const paths = await documents(page, folder);
    return paths.includes("bees.md") && !paths.includes("water.md");
  });
  await page.byText("bees.md");
  await page.settle();
  await page.screenshot("knowledge-folder");

  await (await page.byRole("checkbox", { name: "Stays on this machine" })).click();
  await until("the mark", async () => (await source(page, folder))?.stays_here === true);
  await page.settle();
  await page.screenshot("knowledge-stays-here");

  await (await page.byRole("searchbox", { name: "Words to look for" })).type("pruned in February");
  await page.byText(/apples\.md, lines? \d+/);
  await page.screenshot("knowledge-search");

  await page.go("/");
  const id = await runTask(page, "Explain how the apple trees of the orchard are pruned");
  await reaches(page, id, "completed");
  const { report } = await page.ask("get_workflow", { id });
  assert.ok(
    report.citations.some((citation) => citation.path === "apples.md"),
    "the report cites the folder",
  );

  await page.go("/knowledge");
  await (await page.byRole("button", { name: /orchard/ })).click();
  await (await page.byRole("button", { name: "Remove" })).click();
  const dialog = await page.byRole("dialog", { name: "Remove this source?" });
  await (await page.byRole("button", { name: "Remove", within: dialog })).click();
  await until("the folder to be gone", async () => (await source(page, folder)) === undefined);
  assert.ok(existsSync(join(folder, "apples.md")), "the files themselves are untouched");
});

/** @param {string} parent */
function makeFolder(parent) {
  const folder = join(parent, "orchard");
  mkdirSync(folder);
  writeFileSync(
    join(folder, "apples.md"),
    "# Apple trees\n\nThe apple trees of the orchard are pruned in February, before the buds swell.\n\n" +
      "Cut every third branch back to the second bud, and paint larger cuts.\n",
  );
  writeFileSync(
    join(folder, "water.md"),
    "# Water\n\nThe well gives water from April to October.\n",
  );
  return folder;
}

/**
 * @param {import("./harness/page.mjs").Page} page
 * @param {string} path
 * @returns {Promise<{ id: number, stays_here: boolean } | undefined>}
 */
async function source(page, path) {
  const sources = await page.ask("list_sources");
  return sources.find((/** @type {{ path: string }} */ each) => each.path === path);
}

/**
 * @param {import("./harness/page.mjs").Page} page
 * @param {string} path
 * @returns {Promise<string[]>} The paths of the documents in a source.
 */
async function documents(page, path) {
  const found = await source(page, path);
  if (!found) return [];
  const request = { source_id: found.id, query: "", after: "", limit: 500 };
  const list = await page.ask("list_documents", request);
  return list.map((/** @type {{ path: string }} */ each) => each.path);
}
