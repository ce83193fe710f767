// Money in the real window: a run that a price makes dear stops at its budget, says in the inbox what was spent on what,
// and goes on when it is given more, there or in its own screen. A price that nobody knows is said, never counted as nothing.

import assert from "node:assert/strict";
import { join } from "node:path";
import { endChild } from "./harness/children.mjs";
import { runTask, TASK } from "./harness/crew.mjs";
import { lookAt, wide } from "./harness/look.mjs";
import { startModels, urlOf } from "./harness/models.mjs";
import { standsStill } from "./harness/templates.mjs";
import { windowTest } from "./harness/test.mjs";
import { until } from "./harness/until.mjs";

/** @typedef {import("./harness/page.mjs").Page} Page */

const DOLLAR = 1_000_000;
/** Room for a few calls of the crew, and not for all. */
const LITTLE = 0.6 * DOLLAR;

windowTest("a run stops at its budget and goes on when it is given more", async (app) => {
  const { server, urls } = await startModels(join(app.folder, "models.log"));
  try {
    const page = await app.start();
    await thinkWith(page, urlOf(urls, /chat completions|OpenAI/i));
    await setPrice(page, 100 * DOLLAR);
    await limitWorkflows(page, LITTLE);

    const id = await runTask(page, TASK);
    const { workflow } = await standsStill(page, id);
    assert.equal(workflow.status, "waiting");
    assert.ok(workflow.spent.money > 0, "some of it was spent");
    assert.ok(workflow.spent.money <= LITTLE, "the budget was not passed");
    await page.byText(/^\$\d\.\d+ of \$0\.60/);
    assert.deepEqual(await lookAt(page, "spending-stopped"), []);
    await page.go("/questions");
    const card = await page.byRole("region", { name: /^Question: The budget of this workflow/ });
    await page.byText(/Most was spent on/, { within: card });
    assert.deepEqual(await lookAt(page, "spending-inbox"), []);
    await wide(page);

    // In the run's own screen: what was spent on what, and another limit.
    await page.go(`/workflows/${id}?tab=tasks`);
    const budget = async () => {
      if ((await page.allByRole("dialog")).length > 0) return;
      await (await page.byRole("button", { name: "Change the budget" })).click();
      await page.byRole("dialog", { name: "Budget of this workflow" });
    };
    assert.deepEqual(await lookAt(page, "spending-budget", budget), []);
    await page.press("Escape");
    await page.gone("dialog");
    await wide(page);
    await budget();
    const dollars = await page.byLabel("US dollars");
    assert.equal(await dollars.value(), "0.6");
    await dollars.fill("many");
    await page.byText("Use an amount like 2.50, or leave it empty.");
    await dollars.fill("0.65");
    await (
      await page.byRole("button", {
        name: "Change the budget",
        within: await page.byRole("dialog"),
      })
    ).click();
    await page.gone("dialog");
    await until("the focus to be where it was", async () =>
      /Change the budget/.test(await page.focused()),
    );
    await page.byText(/of \$0\.65/);

    // In the inbox: more is given until it has ended.
    await page.go("/questions");
    await until(
      "the run to end",
      async () => {
        const { workflow: now } = await page.ask("get_workflow", { id });
        if (now.status !== "waiting") return now.status === "completed";
        const [question] = await page.ask("list_questions");
        if (question !== undefined) await raise(page, question, "20");
        return false;
      },
      120_000,
    );
    const [answered] = await page.ask("list_answered_questions", { limit: 1 });
    assert.equal(answered.reply.outcome, "raise");
    await page.byText(/Raise the limit · More money, in US dollars: 20/);
    await page.settle();
    await page.screenshot("spending-answered");
    await page.session.reload();
    await page.byText(/Raise the limit · More money, in US dollars: 20/);
    await page.go(`/workflows/${id}?tab=tasks`);
    await page.byRole("button", { name: "Run again" });
    assert.deepEqual(await lookAt(page, "spending-ended"), []);
  } finally {
    await endChild(server);
  }
});

windowTest("one task has a budget, and an unknown price is said", async (app) => {
  const { server, urls } = await startModels(join(app.folder, "models.log"));
  try {
    const page = await app.start();
    // An address of this machine that does not look like one, as that of a provider elsewhere: nobody set its price.
    const url = urlOf(urls, /chat completions|OpenAI/i).replace("127.0.0.1", "0.0.0.0");
    await thinkWith(page, url);
    const free = await runTask(page, TASK);
    await standsStill(page, free);
    await page.byText(/^\d+ calls of unknown price$/);
    await page.settle();
    await page.screenshot("spending-unknown");

    await limitWorkflows(page, LITTLE);
    await page.go("/");
    const asks = await runTask(page, TASK);
    assert.equal((await standsStill(page, asks)).workflow.status, "waiting");
    await page.go("/questions");
    await page.byRole("region", { name: /^Question: Nobody has set a price/ });
    assert.deepEqual(await lookAt(page, "spending-price"), []);
    await wide(page);
    await page.go(`/workflows/${asks}?tab=tasks`);
    const { tasks } = await page.ask("get_workflow", { id: asks });
    const waiting = tasks.find(
      (/** @type {{ status: string }} */ task) => task.status === "waiting",
    );
    await page.go(`/workflows/${asks}?tab=tasks&task=${waiting.id}`);
    const inspector = await page.byRole("complementary", { name: "Task" });
    await (await page.byRole("button", { name: "Set a budget", within: inspector })).click();
    const dialog = await page.byRole("dialog", { name: /^Budget of “/ });
    await (await page.byLabel("Tokens", { within: dialog })).fill("50000");
    await page.settle();
    await page.screenshot("spending-task-budget");
    await (await page.byRole("button", { name: "Change the budget", within: dialog })).click();
    await page.gone("dialog");
    await page.byText(/^0 (tokens )?of 50,?000 tokens/, { within: inspector });
    await page.settle();
    await page.screenshot("spending-task");
  } finally {
    await endChild(server);
  }
});

/** A key for one wish. */
const key = () => `e2e-${crypto.randomUUID()}`;

/**
 * Lets the whole crew think with the models of an address.
 * @param {Page} page
 * @param {string} url
 */
async function thinkWith(page, url) {
  const provider = { name: "fake", kind: "open_ai", base_url: url };
  await page.ask("save_provider", { request_key: key(), id: null, ...provider });
  const model = "fake/fake-large";
  const models = { driver: model, creator: model, generator: model, specialist: model };
  await page.ask("save_settings", { request_key: key(), default_models: models });
}

/**
 * @param {Page} page
 * @param {number} each What a million tokens costs, read or written.
 */
async function setPrice(page, each) {
  const cost = { input: each, output: each, cached: null, valid_from: 0, note: "" };
  const price = { kind: "open_ai", model: "fake-*", ...cost };
  await page.ask("save_price", { request_key: key(), id: null, price });
}

/**
 * @param {Page} page
 * @param {number} money What each new workflow may spend.
 */
async function limitWorkflows(page, money) {
  const limits = { day: {}, agent_day: {}, agents: {}, workflow: { money } };
  await page.ask("save_budgets", { request_key: key(), ...limits });
}

/**
 * Gives a budget more on its card.
 * @param {Page} page
 * @param {{ text: string }} question
 * @param {string} dollars
 */
async function raise(page, question, dollars) {
  const name = `Question: ${question.text}`;
  const card = await page.byRole("region", { name });
  await (await page.byLabel(/^More money/, { within: card })).fill(dollars);
  await (await page.byRole("button", { name: "Raise the limit", within: card })).click();
  await page.gone("region", { name });
}
