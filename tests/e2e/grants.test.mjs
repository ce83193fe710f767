// What an agent may reach, granted in the real window; a write that is shown before it is done, allowed, and taken back.

import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { giveTool, RESEARCHER } from "./harness/agents.mjs";
import { endChild } from "./harness/children.mjs";
import { reaches, runTask, TASK, watchRun } from "./harness/crew.mjs";
import { lookAt } from "./harness/look.mjs";
import { crewThinksWith, startModels } from "./harness/models.mjs";
import { taskOf } from "./harness/templates.mjs";
import { windowTest } from "./harness/test.mjs";
import { until } from "./harness/until.mjs";

const BEFORE = "# Ferry\n\nThe ferry leaves at nine.\nIt takes bicycles.\n";
const AFTER =
  "# Ferry\n\nThe ferry leaves at ten.\nIt takes bicycles.\nTickets are sold on board.\n";

windowTest("a file is written within what was granted, once it was allowed", async (app) => {
  const { server, urls } = await startModels(join(app.folder, "models.log"));
  try {
    const folder = join(app.folder, "notes");
    mkdirSync(folder);
    const file = join(folder, "ferry.md");
    writeFileSync(file, BEFORE);
    const page = await app.start();
    await crewThinksWith(page, urls);

    await page.go(`/agents?agent=${RESEARCHER}`);
    await page.byText("No files, no web pages, no programs.");
    await (await page.byRole("button", { name: "Change reach" })).click();
    await (await page.byLabel("Add a folder")).fill(folder);
    await page.press("Enter");
    await (await page.byRole("checkbox", { name: "May write" })).click();
    const found = await lookAt(page, "reach-form");
    await (await page.byRole("button", { name: "Save reach" })).click();
    await page.byText(/notes: .*read and write/);
    found.push(...(await lookAt(page, "reach")));
    await page.session.setSize(1280, 800);
    await giveTool(page, "Write files", "write_file");

    await page.go("/");
    const call = JSON.stringify({ path: "notes/ferry.md", text: AFTER });
    const id = await runTask(page, `${TASK}\nCall write_file ${call}`);
    await reaches(page, id, "waiting");
    await page.go("/questions");
    await page.byText("Creator wants to change the file “notes/ferry.md”.");
    found.push(...(await lookAt(page, "approval-write")));
    await page.session.setSize(1280, 800);
    assert.equal(readFileSync(file, "utf8"), BEFORE);
    await (await page.byRole("button", { name: "Allow once" })).click();
    await until("the file to be written", async () => readFileSync(file, "utf8") === AFTER);

    await page.go(`/workflows/${id}`);
    await watchRun(page, id);
    const task = await taskOf(page, id, "research");
    await page.go(`/workflows/${id}?task=${task.id}`);
    // The task's answer says it, and so does the call.
    await until("the change to be told", async () => {
      const told = await page.allByText(/notes\/ferry.md was changed/);
      return told.length > 0;
    });
    found.push(...(await lookAt(page, "written")));
    await page.session.setSize(1280, 800);
    await (await page.byRole("button", { name: "Set the file back" })).click();
    await page.byText("notes/ferry.md is as it was before.");
    assert.equal(readFileSync(file, "utf8"), BEFORE);
    assert.ok(existsSync(join(app.folder, "data", "checkpoints")));
    assert.deepEqual(found, []);
  } finally {
    await endChild(server);
  }
});
