// An agent asks in the middle of its work, and the operator answers: with one of its choices in the inbox, and in own words,
// without the mouse, where the run is.

import assert from "node:assert/strict";
import { join } from "node:path";
import { giveTool, RESEARCHER } from "./harness/agents.mjs";
import { endChild } from "./harness/children.mjs";
import { reaches, runTask, TASK, watchRun } from "./harness/crew.mjs";
import { lookAt } from "./harness/look.mjs";
import { crewThinksWith, startModels } from "./harness/models.mjs";
import { taskOf } from "./harness/templates.mjs";
import { windowTest } from "./harness/test.mjs";
import { until } from "./harness/until.mjs";

const QUESTION = "Who will read the explanation? I found nothing in your sources that says it.";
const CHOICES = ["People who run it every day", "People who write programs for it"];

/** @param {Record<string, unknown>} given */
const asking = (given) => `${TASK}\nCall ask_operator ${JSON.stringify(given)}`;

windowTest("an agent asks, and goes on with what the operator answers", async (app) => {
  const { server, urls } = await startModels(join(app.folder, "models.log"));
  try {
    const page = await app.start();
    await crewThinksWith(page, urls);

    await page.go(`/agents?agent=${RESEARCHER}`);
    await giveTool(page, "Ask you", "ask_operator");

    await page.go("/");
    const id = await runTask(page, asking({ question: QUESTION, choices: CHOICES }));
    await reaches(page, id, "waiting");
    await page.go("/questions");
    await page.byText(QUESTION);
    const found = await lookAt(page, "asked-choices");
    await page.session.setSize(1280, 800);
    await (await page.byRole("radio", { name: CHOICES[1] })).click();
    await (await page.byRole("button", { name: "Answer" })).click();
    await page.byText("Nothing needs you");
    await page.go(`/workflows/${id}`);
    await watchRun(page, id);
    const task = await taskOf(page, id, "research");
    await page.go(`/workflows/${id}?task=${task.id}`);
    await until("the answer to stand with the call", async () => {
      const told = await page.allByText(`You chose: ${CHOICES[1]}`);
      return told.length > 0;
    });
    found.push(...(await lookAt(page, "asked-call")));
    await page.session.setSize(1280, 800);

    await page.go("/");
    const next = await runTask(page, asking({ question: "What is it called?" }));
    await reaches(page, next, "waiting");
    await page.go(`/workflows/${next}`);
    const field = await page.byLabel("Your answer");
    found.push(...(await lookAt(page, "asked-words")));
    await page.session.setSize(1280, 800);
    await field.fill("The wheelhouse");
    await page.press("Control+Enter");
    await watchRun(page, next);
    const detail = await page.ask("get_task", {
      workflow_id: next,
      task_id: (await taskOf(page, next, "research")).id,
    });
    const texts = detail.calls.map((/** @type {{ text: string | null }} */ call) => call.text);
    assert.ok(texts.includes("The operator answered: The wheelhouse"), JSON.stringify(texts));
    assert.deepEqual(found, []);
  } finally {
    await endChild(server);
  }
});
