// Agents of the operator's own in the real window: written, tried on a sample task, changed and tried again, copied, taken
// from the starter set, given away as a file, hired only when the operator says so, and judged.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { reaches, runTask, TASK } from "./harness/crew.mjs";
import { openFile, saveAs } from "./harness/dialogs.mjs";
import { lookAt } from "./harness/look.mjs";
import { windowTest } from "./harness/test.mjs";
import { until } from "./harness/until.mjs";

/** @typedef {import("./harness/page.mjs").Page} Page */

windowTest("an agent is written, tried and changed", async (app) => {
  const page = await app.start();
  await page.go("/agents");
  await page.byRole("heading", { name: "No specialists yet" });
  let found = await lookAt(page, "staff-nobody");
  assert.deepEqual(found, []);
  await page.session.setSize(1280, 800);

  await (await page.byRole("button", { name: "New agent" })).click();
  await (await page.byRole("textbox", { name: "Name" })).fill("Wren");
  await (await page.byRole("textbox", { name: "Profession" })).fill("Guide writer");
  await (await page.byRole("textbox", { name: "Instructions" })).fill(
    "Write short guides for people in a hurry. Name your sources.",
  );
  await page.screenshot("staff-new");
  await (await page.byRole("button", { name: "Add agent" })).click();
  await page.routeIs(/^\/agents\?agent=\d+$/);
  await (await page.byRole("button", { name: "Try it" })).click();
  await page.byText("Nothing tried yet");
  found = await lookAt(page, "staff-trial-empty");
  assert.deepEqual(found, []);
  await page.session.setSize(1280, 800);

  await tryIt(page, "How are backups made, and how are they restored?");
  const [first] = await trials(page);
  assert.equal(first?.work.status, "completed");
  assert.ok((first?.text.length ?? 0) > 100, first?.text);
  found = await lookAt(page, "staff-trial");
  assert.deepEqual(found, []);
  await page.session.setSize(1280, 800);
  const { matching } = await page.ask("list_workflows", { limit: 10 });
  assert.equal(matching, 0, "a trial stands in no list");

  await (await page.byRole("button", { name: "Edit" })).click();
  await (await page.byRole("textbox", { name: "Instructions" })).fill(
    "Write one paragraph, no more.",
  );
  await page.byText("It works as it is in the form now, not saved yet.");
  await tryIt(page, "How are backups made, and how are they restored?");
  const [second] = await trials(page);
  assert.equal(second?.tried.instructions, "Write one paragraph, no more.");
  await page.settle();
  await page.screenshot("staff-trial-edited");
  const wren = (await agents(page)).find(({ name }) => name === "Wren");
  assert.equal(wren?.version, 1, "nothing was saved by trying");
  assert.equal(wren?.tasks_completed, 0);
});

windowTest(
  "the starter set is added, and an agent goes into a file and comes back",
  async (app) => {
    const page = await app.start();
    await page.go("/agents");
    const [first] = await page.allByRole("button", { name: "Starter set…" });
    await first?.click();
    await (await page.byRole("button", { name: "Instructions of Data analyst" })).click();
    await page.byText(/You turn numbers into an answer/);
    await page.settle();
    await page.screenshot("staff-starter");
    await (await page.byRole("button", { name: "Instructions of Data analyst" })).click();
    await (await page.byRole("button", { name: "Add Data analyst" })).click();
    await until("the analyst", async () => (await agents(page)).length === 4);
    await (await page.byRole("button", { name: "Add Fact checker" })).click();
    await until("the checker", async () => (await agents(page)).length === 5);
    await page.settle();
    await page.screenshot("staff-starter-added");
    await (await page.byRole("button", { name: "Done" })).click();

    await (await page.byRole("button", { name: /^Data analyst/ })).click();
    await (await page.byRole("button", { name: "More for Data analyst" })).click();
    await (await page.byRole("menuitem", { name: "Duplicate" })).click();
    await page.byRole("heading", { name: "Data analyst (copy)" });
    await page.settle();
    await page.screenshot("staff-own");

    const file = join(app.folder, "analyst.agent.json");
    await (await page.byRole("button", { name: "More for Data analyst (copy)" })).click();
    await (await page.byRole("menuitem", { name: "Export…" })).click();
    await page.byText("data-analyst-copy.agent.json");
    await page.settle();
    await page.screenshot("staff-export");
    await (await page.byRole("button", { name: "Save to a file…" })).click();
    await saveAs("Export the agent", file);
    await page.byText(/It is in /);
    const written = JSON.parse(readFileSync(file, "utf8"));
    assert.deepEqual(Object.keys(written).sort(), ["agent", "format", "uid", "version"]);
    const [close] = await page.allByRole("button", {
      name: "Close",
      within: await page.byRole("dialog"),
    });
    await close?.click();
    await page.gone("dialog");

    await (await page.byRole("button", { name: "Import…" })).click();
    await openFile("Import an agent", file);
    const dialog = await page.byRole("dialog");
    await page.byText(/is this agent and stays as it is/);
    await page.settle();
    await page.screenshot("staff-import");
    await (await page.byRole("button", { name: "Add agent", within: dialog })).click();
    await until("the one from the file", async () => (await agents(page)).length === 7);
  },
);

windowTest(
  "a specialist is brought back to an earlier version, retired and taken back",
  async (app) => {
    const page = await app.start();
    await page.go("/agents");
    const [starters] = await page.allByRole("button", { name: "Starter set…" });
    await starters?.click();
    await (await page.byRole("button", { name: "Add Fact checker" })).click();
    await until("the checker", async () => (await agents(page)).length === 4);
    await (await page.byRole("button", { name: "Done" })).click();
    await (await page.byRole("button", { name: /^Fact checker/ })).click();
    await (await page.byRole("button", { name: "Edit" })).click();
    await (await page.byRole("textbox", { name: "Instructions" })).fill("Check everything twice.");
    await (await page.byRole("button", { name: "Save" })).click();
    await until("the second version", async () => (await checker(page)).version === 2);

    await (await page.byRole("button", { name: /^Version 1/ })).click();
    await page.byText("Restoring it would change:");
    await page.settle();
    await page.screenshot("staff-rollback");
    await (await page.byRole("button", { name: "Restore this version" })).click();
    await until("the third version", async () => (await checker(page)).version === 3);
    const { instructions } = await checker(page);
    assert.ok(!instructions.includes("twice"), instructions);

    await (await page.byRole("button", { name: "Retire" })).click();
    await page.gone("button", { name: /^Fact checker/ });
    assert.equal((await checker(page)).status, "disabled");
    await (await page.byRole("button", { name: "Show retired (1)" })).click();
    await page.byRole("button", { name: /^Fact checker/ });
    const found = await lookAt(page, "staff-retired");
    assert.deepEqual(found, []);
    await page.session.setSize(1280, 800);
    await (await page.byRole("button", { name: "Take back" })).click();
    await until("it is back", async () => (await checker(page)).status === "idle");
  },
);

windowTest("the generator asks before it hires, and what was done is judged", async (app) => {
  const page = await app.start();
  await page.go("/agents?agent=3");
  await (await page.byRole("textbox", { name: "US dollars" })).fill("0.50");
  await (await page.byRole("button", { name: "Save" })).click();
  await until("the limit", async () => {
    const { policy } = await page.ask("get_hiring", {});
    return policy.each?.money === 500_000;
  });
  await page.settle();
  await page.screenshot("staff-hiring-limit");
  await (await page.byRole("radio", { name: "Ask me each time" })).click();
  await until("the rule", async () => (await rule(page)) === "ask_always");
  await page.settle();
  await page.screenshot("staff-hiring");
  await page.go("/");
  const id = await runTask(page, TASK);
  await page.byRole("region", { name: /^Question: The generator wants to hire/ });
  const found = await lookAt(page, "staff-offer");
  assert.deepEqual(found, []);
  await page.session.setSize(1280, 800);
  const [shown, inner] = await page.session.execute(
    `const box = document.querySelector("[aria-label='What is decided about']");
     return [box.textContent, box.scrollHeight > box.clientHeight + 1];`,
  );
  assert.match(shown, /Budget for each part: as its workflow allows/);
  assert.match(shown, /Model: rehearsal/);
  assert.equal(inner, false, "the offer stands whole in the page, which scrolls");
  await (await page.byRole("button", { name: "Hire for this workflow" })).click();
  await reaches(page, id, "completed");
  const hired = (await agents(page)).filter(({ id: number }) => number > 3);
  assert.ok(hired.length > 0);
  assert.ok(hired.every(({ status }) => status === "disabled"));

  const { tasks } = await page.ask("get_workflow", { id });
  const work = tasks.find((/** @type {{ key: string }} */ { key }) => key.startsWith("work/"));
  await page.go(`/workflows/${id}?task=${work.id}`);
  await (await page.byRole("button", { name: "Good" })).click();
  await until("the verdict", async () => {
    const { task } = await page.ask("get_task", { workflow_id: id, task_id: work.id });
    return task.verdict === "good";
  });
  await page.settle();
  await page.screenshot("staff-verdict");
  await page.go(`/agents?agent=${work.assigned_to}`);
  await page.byText("1 good");
  await page.settle();
  await page.screenshot("staff-record");
});

/**
 * @param {Page} page
 * @returns {Promise<string>}
 */
async function rule(page) {
  const { policy } = await page.ask("get_hiring", {});
  return policy.rule;
}

/**
 * @param {Page} page
 * @param {string} task
 */
async function tryIt(page, task) {
  const before = (await trials(page)).length;
  await (await page.byRole("textbox", { name: "Sample task" })).fill(task);
  await page.press("Control+Enter");
  await until("the trial", async () => {
    const all = await trials(page);
    return all.length > before && all[0]?.work.status === "completed";
  });
  await page.settle();
}

/**
 * @typedef {{ tried: { instructions: string }, text: string, work: { status: string } }} Trial
 * @param {Page} page
 * @returns {Promise<Trial[]>}
 */
async function trials(page) {
  const wren = (await agents(page)).find(({ name }) => name === "Wren");
  return wren === undefined ? [] : await page.ask("list_trials", { id: wren.id });
}

/** @param {Page} page */
async function checker(page) {
  const found = (await agents(page)).find(({ name }) => name === "Fact checker");
  assert.ok(found);
  return found;
}

/**
 * @typedef {{ id: number, name: string, version: number, status: string, tasks_completed: number, instructions: string }} Agent
 * @param {Page} page
 * @returns {Promise<Agent[]>}
 */
async function agents(page) {
  return await page.ask("list_agents", {});
}
