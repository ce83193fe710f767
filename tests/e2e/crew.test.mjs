// The main job: hand over a task, watch the crew, read the report, follow a source to its lines.

import assert from "node:assert/strict";
import { firstStart, reaches, runTask, TASK, watchRun } from "./harness/crew.mjs";
import { windowTest } from "./harness/test.mjs";
import { until } from "./harness/until.mjs";

windowTest("first start to an opened source", async (app) => {
  const page = await app.start();
  await firstStart(page);
  await page.screenshot("crew-1-first-start");

  const id = await runTask(page, TASK);
  await page.byRole("heading", { name: /^Explain how Wheelhouse/, state: { level: 1 } });
  await page.screenshot("crew-2-running");
  const seen = await watchRun(page, id);
  assert.ok(seen.length >= 3, `the count of tasks moved while watching: ${JSON.stringify(seen)}`);
  assert.ok(
    (seen.at(-1)?.total ?? 0) > (seen[0]?.total ?? 0),
    `the plan added tasks while watching: ${JSON.stringify(seen)}`,
  );

  await (await page.byRole("tab", { name: /^Report/ })).click();
  const report = await page.byRole("article", { name: "Report" });
  assert.ok((await report.text()).length > 500, "the report is a page, not a line");
  await page.settle();
  await page.screenshot("crew-3-report");

  const sources = await until("a source in the report", async () => {
    const found = await page.allByRole("button", { name: /^Source \d+: /, within: report });
    return found.length > 0 ? found : null;
  });
  const name = (await sources[0].attribute("aria-label")) ?? "";
  const [, path, from] = /^Source \d+: (.+), lines? (\d+)/.exec(name) ?? [];
  assert.ok(path && from, `the source says file and lines: ${name}`);
  await sources[0].click();
  await page.routeIs(/^\/knowledge\/document\?/);
  const shown = await until("the cited lines", () => citedLines(page));
  assert.equal(shown.first, Number(from), `line ${from} of ${path} is the first that is marked`);
  assert.ok(shown.visible, "the marked lines are in view");
  await page.screenshot("crew-4-source");
});

windowTest("a task that says nothing is asked about and goes on", async (app) => {
  const page = await app.start();
  const id = await runTask(page, "help");
  await reaches(page, id, "waiting");
  const answer = await page.byRole("textbox", { name: "Your answer" });
  await page.screenshot("question");
  await answer.type("Plan the launch of a small product");
  await (await page.byRole("button", { name: "Answer" })).click();
  await watchRun(page, id);
});

/**
 * The lines that the viewer marks: the first one's number, and whether it can be seen.
 * @param {import("./harness/page.mjs").Page} page
 * @returns {Promise<{ first: number, visible: boolean } | null>}
 */
function citedLines(page) {
  return page.session.execute(`
    const marked = [...document.querySelectorAll("[data-marked]")];
    if (marked.length === 0) return null;
    const lines = marked.map((element) => Number(element.dataset.line));
    const { top, bottom } = marked[0].getBoundingClientRect();
    return { first: Math.min(...lines), visible: top >= 0 && bottom <= innerHeight };
  `);
}
