// What was spent in the real window: told live, by day, agent, model and workflow, with limits and a table beside it; and
// that little is left of a budget is said above every screen, once, until it is seen.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { endChild } from "./harness/children.mjs";
import { runTask, TASK } from "./harness/crew.mjs";
import { saveAs } from "./harness/dialogs.mjs";
import { lookAt, wide } from "./harness/look.mjs";
import { startModels, urlOf } from "./harness/models.mjs";
import { standsStill } from "./harness/templates.mjs";
import { windowTest } from "./harness/test.mjs";
import { until } from "./harness/until.mjs";

/** @typedef {import("./harness/page.mjs").Page} Page */

const DOLLAR = 1_000_000;

windowTest(
  "what was spent is told by day, agent, model and workflow, as it happens",
  async (app) => {
    const { server, urls } = await startModels(join(app.folder, "models.log"));
    try {
      const page = await app.start();
      await page.go("/spending");
      await page.byText("Nothing was spent in the last 30 days");
      assert.deepEqual(await lookAt(page, "spent-nothing"), []);
      await wide(page);

      await thinkWith(page, urlOf(urls, /chat completions|OpenAI/i));
      const task = { request_key: key(), task: TASK, name: "" };
      const { id } = await page.ask("create_workflow", task);
      await page.ask("start_workflow", { request_key: key(), id });
      const { workflow } = await standsStill(page, id);
      const { spent, day } = await page.ask("get_budgets");
      assert.equal(spent.money, workflow.spent.money);
      // Nothing is pressed and nothing loaded anew: the sums come with the facts.
      const cents = Math.round(spent.money / 10_000);
      await until("the sum of the run", async () => {
        const shown = await (await page.byText(/^\$\d+\.\d+$/)).text();
        return Math.round(Number(shown.replace("$", "")) * 100) === cents;
      });
      await (await page.byRole("tab", { name: /^Workflows/ })).click();
      await page.byRole("table", { name: "Spent by workflow" });
      assert.deepEqual(await lookAt(page, "spent-workflows"), []);
      await wide(page);
      await (await page.byRole("tab", { name: /^Agents/ })).click();
      await page.byRole("table", { name: "Spent by agent" });
      assert.deepEqual(await lookAt(page, "spent-agents"), []);
      await wide(page);
      await (await page.byRole("tab", { name: /^Models/ })).click();
      const models = await page.byRole("table", { name: "Spent by model" });
      await page.byRole("row", { name: /^fake\/fake-large/, within: models });

      // One day alone, and all of them again.
      const [today] = await page.allByRole("button", { name: /calls$/ });
      await today.click();
      await page.routeIs(new RegExp(`day=${day}`));
      await page.settle();
      await page.screenshot("spent-day");
      await (await page.byRole("button", { name: "All days" })).click();

      const file = join(app.folder, "spent.csv");
      await (await page.byRole("button", { name: "Export…" })).click();
      await saveAs("Export what was spent", file);
      await page.byText(`It is in ${file}.`);
      const lines = readFileSync(file, "utf8").trim().split("\r\n");
      const tokens = lines.slice(1).map((line) => Number(line.split(",").at(-1)));
      assert.equal(
        tokens.reduce((sum, one) => sum + one, 0),
        spent.tokens,
      );

      // A limit, where the spending is seen.
      await (await page.byRole("button", { name: "Limits" })).click();
      const inspector = await page.byRole("complementary", { name: "Limits" });
      const everything = await page.byRole("group", { name: /^Everything/, within: inspector });
      const dollars = await page.byLabel("US dollars", { within: everything });
      await dollars.fill("1000");
      await (await page.byRole("button", { name: "Save limits", within: inspector })).click();
      await page.byText("Saved. They hold from the next call on.");
      assert.deepEqual(await lookAt(page, "spent-limits"), []);
      await wide(page);
      const { budgets } = await page.ask("get_budgets");
      assert.equal(budgets.day.money, 1000 * DOLLAR);
    } finally {
      await endChild(server);
    }
  },
);

windowTest("that little is left of a budget is said once, until it is seen", async (app) => {
  const { server, urls } = await startModels(join(app.folder, "models.log"));
  try {
    const page = await app.start();
    await thinkWith(page, urlOf(urls, /chat completions|OpenAI/i));
    const id = await runTask(page, TASK);
    await standsStill(page, id);
    const { spent } = await page.ask("get_budgets");
    // Six sevenths of the day are spent, and its last part has room for the next calls.
    await limitDay(page, Math.ceil((spent.money * 7) / 6));
    await page.go("/");
    const next = await runTask(page, TASK);
    await page.byText(/^(Little|Nothing) is left for today: \$\S+ of \$\S+ are spent\.$/);
    await standsStill(page, next);
    assert.deepEqual(await lookAt(page, "spent-warning"), []);
    await wide(page);
    const { warnings } = await page.ask("get_budgets");
    assert.equal(warnings.length, 1);
    await page.session.reload();
    await page.byText(/ is left for today/);
    await (await page.byRole("button", { name: "Seen" })).click();
    await until(
      "the line to go",
      async () => (await page.allByText(/ is left for today/)).length === 0,
    );
    await page.session.reload();
    await page.byRole("heading", { name: /\S/ });
    assert.deepEqual(await page.allByText(/ is left for today/), []);
  } finally {
    await endChild(server);
  }
});

/** A key for one wish. */
const key = () => `e2e-${crypto.randomUUID()}`;

/**
 * Lets the whole crew think with the models of an address, at a price.
 * @param {Page} page
 * @param {string} url
 */
async function thinkWith(page, url) {
  const provider = { name: "fake", kind: "open_ai", base_url: url };
  await page.ask("save_provider", { request_key: key(), id: null, ...provider });
  const model = "fake/fake-large";
  const models = { driver: model, creator: model, generator: model, specialist: model };
  await page.ask("save_settings", { request_key: key(), default_models: models });
  const cost = { input: 10 * DOLLAR, output: 10 * DOLLAR, cached: null, valid_from: 0, note: "" };
  const price = { kind: "open_ai", model: "fake-*", ...cost };
  await page.ask("save_price", { request_key: key(), id: null, price });
}

/**
 * @param {Page} page
 * @param {number} money What everything may spend on a day.
 */
async function limitDay(page, money) {
  const limits = { day: { money }, agent_day: {}, agents: {}, workflow: {} };
  await page.ask("save_budgets", { request_key: key(), ...limits });
}
