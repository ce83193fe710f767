// The crew in the real window, thinking with a model of a server that was not written here. Started by litellm.mjs.

import assert from "node:assert/strict";
import { runTask, TASK, watchRun } from "../e2e/harness/crew.mjs";
import { modelsOf } from "../e2e/harness/models.mjs";
import { windowTest } from "../e2e/harness/test.mjs";

const { FOREIGN_BASE_URL: address, FOREIGN_KEY: key } = process.env;

windowTest(
  "the crew completes through the foreign server",
  async (app) => {
    assert.ok(address && key, "started by npm run test:foreign");
    const page = await app.start();
    await page.go("/settings");
    await (await page.byRole("button", { name: /^Another server/ })).click();
    await (await page.byRole("textbox", { name: "Name" })).fill("litellm");
    await (await page.byRole("textbox", { name: "Address" })).fill(address);
    await (await page.byLabel("New passphrase")).fill("a horse that nobody guesses");
    await (await page.byLabel("The same once more")).fill("a horse that nobody guesses");
    await (await page.byRole("button", { name: "Create" })).click();
    // Said under the field once it can be written in.
    await page.byText("Servers on this machine usually need none.");
    await (await page.byLabel("Key")).fill(key);
    await (await page.byRole("button", { name: "Save and test" })).click();
    const row = await page.byRole("article", { name: "litellm" });
    await page.byText(/It answered in/, { within: row });
    const model = await page.byRole("combobox", { name: "Model", within: row });
    await model.fill("passes-on");
    await page.press("Escape");
    await (await page.byRole("button", { name: "Use for the whole crew", within: row })).click();
    await page.byText(/The whole crew thinks with litellm\/passes-on/, { within: row });
    await page.screenshot("foreign-provider");
    await page.go("/");
    const id = await runTask(page, TASK);
    await watchRun(page, id);
    const { report } = await page.ask("get_workflow", { id });
    assert.ok(report.citations.length > 0, "the report has sources");
    assert.equal(report.model, "litellm/passes-on");
    const models = await modelsOf(page, id);
    assert.ok(models.every((each) => each === "litellm/passes-on"), `${models}`);
    await page.screenshot("foreign-report");
  },
  { WHEELHOUSE_KEYS: "file" },
);
