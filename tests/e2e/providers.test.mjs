// The operator's own models: a provider of each kind is added in Settings, tested, given to the whole crew, and the
// crew completes a task with it. The models are a server of this repository that plays the crew.

import assert from "node:assert/strict";
import { join } from "node:path";
import { endChild, startChild } from "./harness/children.mjs";
import { runTask, TASK, watchRun } from "./harness/crew.mjs";
import { windowTest } from "./harness/test.mjs";
import { until } from "./harness/until.mjs";

const KINDS = [
  { preset: "LM Studio", name: "lm-studio", line: /chat completions|OpenAI/i, kind: "open_ai" },
  { preset: "Anthropic", name: "anthropic", line: /anthropic/i, kind: "anthropic" },
  { preset: "Gemini", name: "gemini", line: /gemini/i, kind: "gemini" },
  { preset: "Ollama", name: "ollama", line: /ollama/i, kind: "ollama" },
];

windowTest("the crew completes with models of all four kinds of provider", async (app) => {
  const { server, urls } = await startModels(join(app.folder, "models.log"));
  try {
    const page = await app.start();
    for (const [index, { preset, name, line }] of KINDS.entries()) {
      const url = urls.find((each) => line.test(each.title))?.url;
      assert.ok(url, `an address for ${preset}`);
      await page.go("/settings");
      await addProvider(page, preset, url, index === 0);
      const row = await page.byRole("article", { name });
      await page.byText(/It answered in/, { within: row });
      await (await page.byRole("button", { name: "Use for the whole crew", within: row })).click();
      await page.byText(/The whole crew thinks with/, { within: row });
      await page.settle();
      await page.screenshot(`provider-${name}`);
      await page.go("/");
      const id = await runTask(page, TASK);
      await watchRun(page, id);
      const { report } = await page.ask("get_workflow", { id });
      assert.ok(report.citations.length > 0, `${preset}: the report has sources`);
      const models = await modelsOf(page, id);
      assert.ok(
        models.length > 0 && models.every((model) => model.startsWith(`${name}/`)),
        `${preset}: ${models}`,
      );
    }
  } finally {
    await endChild(server);
  }
});

/**
 * @param {import("./harness/page.mjs").Page} page
 * @param {string} preset
 * @param {string} url
 * @param {boolean} first
 */
async function addProvider(page, preset, url, first) {
  if (first) {
    await (await page.byRole("button", { name: new RegExp(`^${preset}`) })).click();
  } else {
    await (await page.byRole("button", { name: "Add a provider" })).click();
    await (await page.byRole("menuitem", { name: new RegExp(`^${preset}`) })).click();
  }
  await (await page.byRole("textbox", { name: "Address" })).fill(url);
  await (await page.byRole("button", { name: "Save and test" })).click();
}

/**
 * The models that were asked in a run, from its journal.
 * @param {import("./harness/page.mjs").Page} page
 * @param {number} id
 * @returns {Promise<string[]>}
 */
async function modelsOf(page, id) {
  const facts = await page.ask("list_journal", { workflow_id: id, after: 0, limit: 500 });
  return facts
    .filter((/** @type {{ kind: string }} */ fact) => fact.kind === "call_started")
    .map(
      (/** @type {{ body: { kind: { kind: string, model?: string } } }} */ fact) => fact.body.kind,
    )
    .filter((/** @type {{ kind: string }} */ kind) => kind.kind === "model")
    .map((/** @type {{ model: string }} */ kind) => kind.model);
}

/** @param {string} log */
async function startModels(log) {
  const program = process.env.FAKE_MODELS;
  if (!program) throw new Error("FAKE_MODELS must name the built server; see run.mjs.");
  const server = startChild(program, ["--port", "0"], { env: process.env, log });
  let said = "";
  server.stdout?.on("data", (chunk) => {
    said += chunk;
  });
  await until("the server of models to listen", async () => /Models:/.test(said));
  const urls = [...said.matchAll(/^(.+?)\s+(http:\/\/\S+)$/gm)].map(([, title, url]) => ({
    title: title ?? "",
    url: url ?? "",
  }));
  return { server, urls };
}
