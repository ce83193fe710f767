// What models cost and what may be spent, in the real window: a price of the operator's own, a limit of one agent, and the
// day's sum in the frame, which warns where little is left.

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

windowTest("a price is set, changed and removed where prices stand", async (app) => {
  const page = await app.start();
  await page.go("/settings/budgets");
  assert.deepEqual(await lookAt(page, "budgets-prices"), []);
  await wide(page);
  await (await page.byRole("button", { name: "Add price" })).click();
  const form = await page.byRole("form", { name: "Price" });
  await (await page.byLabel(/^Model/, { within: form })).fill("my-model");
  await (await page.byLabel("Read", { within: form })).fill("free");
  await (await page.byRole("button", { name: "Save price", within: form })).click();
  assert.equal((await page.allByText(/^Use an amount/)).length, 2, "both are told at once");
  assert.deepEqual(await lookAt(page, "budgets-price-form"), []);
  await wide(page);
  await (await page.byLabel("Read", { within: form })).fill("2.50");
  await (await page.byLabel("Written", { within: form })).fill("10");
  await (await page.byRole("button", { name: "Save price", within: form })).click();
  const row = () => page.byRole("row", { name: /^my-model/ });
  assert.match(await (await row()).text(), /\$2\.50\$10\.00.*Yours/);

  await (await page.byRole("button", { name: "Change", within: await row() })).click();
  const again = await page.byRole("form", { name: "Price" });
  await (await page.byLabel("Written", { within: again })).fill("12");
  await (await page.byRole("button", { name: "Save price", within: again })).click();
  await until("the other price", async () => /\$12\.00/.test(await (await row()).text()));
  const own = (await page.ask("list_prices")).filter(
    (/** @type {{ id: number | null }} */ view) => view.id !== null,
  );
  assert.deepEqual(
    own.map((/** @type {any} */ { price }) => [price.model, price.input, price.output]),
    [["my-model", 2_500_000, 12_000_000]],
  );
  await (await page.byRole("button", { name: "Remove", within: await row() })).click();
  await page.gone("row", { name: /^my-model/ });
});

windowTest("an agent has a limit of its own, and the frame says what today costs", async (app) => {
  const { server, urls } = await startModels(join(app.folder, "models.log"));
  try {
    const page = await app.start();
    await thinkWith(page, urlOf(urls, /chat completions|OpenAI/i));
    const agents = await page.ask("list_agents");
    const creator = agents.find(
      (/** @type {{ kind: string }} */ agent) => agent.kind === "creator",
    );
    await page.go(`/agents?agent=${creator.id}`);
    const inspector = await page.byRole("complementary");
    await page.byText("It has no limit of its own.", { within: inspector });
    await (await page.byRole("button", { name: "Change limit", within: inspector })).click();
    const form = await page.byRole("form", { name: `Limit of ${creator.name}` });
    await (await page.byLabel("Tokens a day", { within: form })).fill("1");
    await (await page.byRole("button", { name: "Save limit", within: form })).click();
    await page.byText("It may spend 1 token a day.", { within: inspector });

    await page.go("/");
    const id = await runTask(page, TASK);
    assert.equal((await standsStill(page, id)).workflow.status, "waiting");
    const [question] = await page.ask("list_questions");
    assert.match(question.text, new RegExp(creator.name));
    const { spent } = await page.ask("get_budgets");
    assert.ok(spent.money > 0, "the driver's call was paid for");

    // A day's limit of which more than four fifths are used.
    const limits = { agent_day: {}, agents: {}, workflow: {} };
    const day = { money: Math.ceil(spent.money * 1.1) };
    await page.ask("save_budgets", { request_key: crypto.randomUUID(), day, ...limits });
    await page.go("/settings/budgets");
    await page.byText(/Little is left\.$/);
    const sum = await page.byRole("link", { name: /^\$\S+ of \$\S+ today$/ });
    assert.match(String(await sum.attribute("class")), /text-signal/);
    assert.deepEqual(await lookAt(page, "budgets-nearly"), []);
    await wide(page);
    await page.go(`/agents?agent=${creator.id}`);
    assert.deepEqual(await lookAt(page, "budgets-agent"), []);
  } finally {
    await endChild(server);
  }
});

/**
 * Lets the whole crew think with the models of an address, at a price.
 * @param {Page} page
 * @param {string} url
 */
async function thinkWith(page, url) {
  const provider = { name: "fake", kind: "open_ai", base_url: url };
  await page.ask("save_provider", { request_key: crypto.randomUUID(), id: null, ...provider });
  const model = "fake/fake-large";
  const models = { driver: model, creator: model, generator: model, specialist: model };
  await page.ask("save_settings", { request_key: crypto.randomUUID(), default_models: models });
  const cost = { input: 100_000_000, output: 100_000_000, cached: null, valid_from: 0, note: "" };
  const price = { kind: "open_ai", model: "fake-*", ...cost };
  await page.ask("save_price", { request_key: crypto.randomUUID(), id: null, price });
}
