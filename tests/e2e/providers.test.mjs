// The operator's own models: a provider of each kind is added in Settings, tested, given to the whole crew, and the
// crew completes a task with it. The models are a server of this repository that plays the crew.

import assert from "node:assert/strict";
import { join } from "node:path";
import { endChild } from "./harness/children.mjs";
import { runTask, TASK, watchRun } from "./harness/crew.mjs";
import { addProvider, chooseForCrew, modelsOf, startModels, urlOf } from "./harness/models.mjs";
import { windowTest } from "./harness/test.mjs";

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
      const url = urlOf(urls, line);
      await page.go("/settings");
      await addProvider(page, preset, url, index === 0);
      await chooseForCrew(page, name);
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
