// An agent asks another one in the middle of its work, and the operator sees it: the call with whom it asked, the other
// agent's own work a click away, and the way back.

import assert from "node:assert/strict";
import { join } from "node:path";
import { giveTool, RESEARCHER } from "./harness/agents.mjs";
import { endChild } from "./harness/children.mjs";
import { runTask, TASK, watchRun } from "./harness/crew.mjs";
import { lookAt } from "./harness/look.mjs";
import { crewThinksWith, startModels } from "./harness/models.mjs";
import { taskOf } from "./harness/templates.mjs";
import { windowTest } from "./harness/test.mjs";

const ASKED = "Say in one sentence what a journal is good for.";

windowTest("an agent asks another one, and the operator sees how it is done", async (app) => {
  const { server, urls } = await startModels(join(app.folder, "models.log"));
  try {
    const page = await app.start();
    await crewThinksWith(page, urls);
    await page.ask("create_agent", {
      request_key: "e2e-delegate-editor",
      name: "Editor",
      role: "Editor",
      instructions: "Answer in plain words.",
      model: "default",
      tools: [],
    });

    await page.go(`/agents?agent=${RESEARCHER}`);
    await giveTool(page, "Ask another agent", "ask_agent");

    await page.go("/");
    const wish = JSON.stringify({ agent: "Editor", task: ASKED });
    const id = await runTask(page, `${TASK}\nCall ask_agent ${wish}`);
    await watchRun(page, id);
    const task = await taskOf(page, id, "research");
    await page.go(`/workflows/${id}?task=${task.id}`);
    await page.byText(`Editor, ${ASKED}`);
    const found = await lookAt(page, "delegate-call");
    await page.session.setSize(1280, 800);
    await (await page.byRole("link", { name: "See how Editor did it" })).click();
    await page.byText("An agent asked another one for this in the middle of its work");
    found.push(...(await lookAt(page, "delegate-help")));
    await page.session.setSize(1280, 800);
    await (await page.byRole("link", { name: `workflow ${id}` })).click();
    await page.byText(ASKED);
    const detail = await page.ask("get_task", { workflow_id: id, task_id: task.id });
    const asked = detail.calls.filter(
      (/** @type {{ kind: { tool?: string } }} */ call) => call.kind.tool === "ask_agent",
    );
    assert.equal(asked.length, 1);
    assert.match(asked[0].text, /“Editor” answered:/);
    assert.deepEqual(found, []);
  } finally {
    await endChild(server);
  }
});
