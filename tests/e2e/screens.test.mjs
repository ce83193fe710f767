// Every screen, in both themes and two sizes: kept as a picture, and looked over by axe in the real window, which
// alone can judge contrast.

import assert from "node:assert/strict";
import { firstStart, reaches, runTask, TASK, watchRun } from "./harness/crew.mjs";
import { lookAt } from "./harness/look.mjs";
import { windowTest } from "./harness/test.mjs";

windowTest("every screen in both themes and sizes", async (app) => {
  const page = await app.start();
  /** @type {string[]} */
  const found = [];
  const look = async (/** @type {string} */ name) => {
    found.push(...(await lookAt(page, `screen-${name}`)));
  };

  await firstStart(page);
  await look("home-first-start");
  await page.go("/workflows");
  await page.byText("No workflows yet");
  await look("workflows-empty");

  await page.go("/");
  const asking = await runTask(page, "help");
  await reaches(page, asking, "waiting");
  await page.byRole("textbox", { name: "Your answer" });
  await look("workflow-needs-you");
  await page.go("/");
  const done = await runTask(page, TASK);
  await watchRun(page, done);

  const { tasks } = await page.ask("get_workflow", { id: done });
  const { agents } = { agents: await page.ask("list_agents") };
  const [source] = await page.ask("list_sources");
  const [document] = await page.ask("list_documents", {
    source_id: source.id,
    query: "",
    after: "",
    limit: 1,
  });
  const lines = new URLSearchParams({
    source: source.uid,
    path: document.path,
    from: "3",
    to: "6",
  });
  const specialist = agents.find((agent) => agent.kind === "specialist") ?? agents[0];
  const research = tasks.find((task) => task.agent_kind === "creator") ?? tasks[0];
  for (const [name, route] of [
    ["home", "/"],
    ["workflows", "/workflows"],
    ["workflows-none-match", "/workflows?q=nothing-has-this-name"],
    ["workflow-report", `/workflows/${done}?tab=report`],
    ["workflow-tasks", `/workflows/${done}?tab=tasks`],
    ["workflow-task", `/workflows/${done}?tab=tasks&task=${research.id}`],
    ["workflow-graph", `/workflows/${done}?tab=graph`],
    ["workflow-graph-task", `/workflows/${done}?tab=graph&task=${research.id}`],
    ["workflow-timeline", `/workflows/${done}?tab=timeline`],
    ["workflow-journal", `/workflows/${done}?tab=journal`],
    ["workflow-unknown", "/workflows/999999"],
    ["agents", "/agents"],
    ["agent", `/agents?agent=${specialist.id}`],
    ["knowledge", "/knowledge"],
    ["knowledge-source", `/knowledge?source=${source.id}`],
    ["document", `/knowledge/document?${lines}`],
    ["spending", "/spending"],
    ["settings-models", "/settings"],
    ["settings-keys", "/settings/keys"],
    ["settings-appearance", "/settings/appearance"],
    ["settings-data", "/settings/data"],
    ["settings-about", "/settings/about"],
    ["nowhere", "/nowhere"],
  ]) {
    await page.go(route);
    await look(name);
  }

  await page.go("/");
  await page.press("Escape", "Control+k");
  await page.byRole("dialog", { name: "Command palette" });
  await look("palette");
  await page.press("Escape");
  await page.gone("dialog");
  await page.go("/workflows");
  await page.press("?");
  await page.byRole("dialog", { name: "Keys" });
  await look("keys");
  await page.press("Escape");

  assert.deepEqual(found, [], "axe found nothing");
});
