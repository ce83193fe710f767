// Providers that are pressed for room: a task waits in line and says so, another model is asked where the first can't
// answer, and what it thought stands apart from what it said.

import assert from "node:assert/strict";
import { join } from "node:path";
import { endChild } from "./harness/children.mjs";
import { reaches, runTask, TASK, watchRun } from "./harness/crew.mjs";
import { startModels, urlOf } from "./harness/models.mjs";
import { windowTest } from "./harness/test.mjs";
import { until } from "./harness/until.mjs";

/** @typedef {import("./harness/page.mjs").Page} Page */

const KINDS = ["driver", "creator", "generator", "specialist"];

/** Long enough for a second run to be begun and looked at. */
const PAUSE_MS = 25_000;

const THOUGHTS =
  "The task asks how a run is kept. I should look into the handbook first, and say which page it is from.";

/** A key for one wish. */
const key = () => `e2e-${crypto.randomUUID()}`;

/**
 * @param {Page} page
 * @param {string} name
 * @param {string} url
 */
async function addProvider(page, name, url) {
  const provider = { name, kind: "anthropic", base_url: url };
  await page.ask("save_provider", { request_key: key(), id: null, ...provider });
}

/**
 * @param {Page} page
 * @param {string} model
 */
async function thinkWith(page, model) {
  const models = Object.fromEntries(KINDS.map((kind) => [kind, model]));
  await page.ask("save_settings", { request_key: key(), default_models: models });
}

windowTest("a task waits while its provider pauses, and says until when", async (app) => {
  const options = ["--fault", "rate-limited", "--times", "1", "--wait-ms", String(PAUSE_MS)];
  const { server, urls } = await startModels(join(app.folder, "models.log"), options);
  try {
    const page = await app.start();
    await addProvider(page, "busy", urlOf(urls, /anthropic/i));
    await thinkWith(page, "busy/fake-large");
    await page.go("/");
    const first = await runTask(page, TASK);
    await until("the refusal to be on record", async () => {
      const { tasks } = await page.ask("get_workflow", { id: first });
      return tasks.some((/** @type {{ failure: unknown }} */ task) => task.failure !== null);
    });
    await page.go("/");
    const second = await runTask(page, TASK);
    await page.go(`/workflows/${second}?tab=tasks`);
    await page.byText(/Waits until .*: “busy” asked for a pause/);
    await page.settle();
    await page.screenshot("pressed-waits");
    const { tasks } = await page.ask("get_workflow", { id: second });
    const waiting = tasks.find((/** @type {{ waits_for?: object }} */ task) => task.waits_for);
    assert.equal(waiting?.waits_for.why, "paused");
    await page.go(`/workflows/${second}?tab=tasks&task=${waiting.id}`);
    await page.byRole("complementary", { name: "Task" });
    await page.settle();
    await page.screenshot("pressed-waits-task");
    await reaches(page, first, "completed");
    await reaches(page, second, "completed");
  } finally {
    await endChild(server);
  }
});

windowTest("another model answers, and its thoughts stand apart", async (app) => {
  const options = ["--fault", "cut-mid-stream", "--fault-model", "fake-large"];
  const aloud = ["--thinking", THOUGHTS, "--kept", "60"];
  const log = join(app.folder, "models.log");
  const { server, urls } = await startModels(log, [...options, ...aloud]);
  try {
    const page = await app.start();
    await addProvider(page, "one", urlOf(urls, /anthropic/i));
    await thinkWith(page, "one/fake-large");
    await page.go("/settings");
    const add = await page.byRole("button", { name: "Add a model to fall back on for the driver" });
    await add.click();
    await (await page.byRole("combobox", { name: "If it can't answer" })).fill("one/fake-small");
    await page.press("Escape");
    await (await page.byRole("button", { name: "Same as the driver for all" })).click();
    await (await page.byRole("button", { name: "Save" })).click();
    await page.byText(/^Saved\./);
    await page.settle();
    await page.screenshot("pressed-fallbacks");
    await (await page.byRole("button", { name: "Edit one" })).click();
    await (await page.byText("Limits")).click();
    await (await page.byRole("textbox", { name: "Calls at the same time" })).fill("2");
    const windows = await page.byRole("textbox", { name: "Tokens that models read in one call" });
    await windows.click();
    await windows.fill("fake-small 32,768");
    await page.settle();
    await page.screenshot("pressed-limits");
    await (await page.byRole("button", { name: "Save and test" })).click();
    await page.gone("button", { name: "Save and test" });
    const [provider] = await page.ask("list_providers", {});
    assert.deepEqual(provider.limits, { parallel: 2, windows: { "fake-small": 32_768 } });

    await page.go("/");
    const id = await runTask(page, TASK);
    await watchRun(page, id);
    const { tasks, report } = await page.ask("get_workflow", { id });
    assert.equal(report.model, "one/fake-small");
    const last = tasks.find((/** @type {{ key: string }} */ task) => task.key === "report");
    await page.go(`/workflows/${id}?tab=tasks&task=${last.id}`);
    const inspector = await page.byRole("complementary", { name: "Task" });
    await (await page.byText(/^2 model calls/, { within: inspector })).click();
    await page.byText(/^Asked in place of one\/fake-large/, { within: inspector });
    await (await page.byText("What it thought", { within: inspector })).click();
    await page.byText(THOUGHTS, { within: inspector });
    await page.byText("Of the tokens read: 60 kept from before.", { within: inspector });
    await page.settle();
    await page.screenshot("pressed-calls");
  } finally {
    await endChild(server);
  }
});
