// Tool servers in the real window: a program is added and looked into, a tool of it is allowed, its definition changes behind the
// operator's back, it breaks, and it ends with the window. An agent is given a tool, asks before it uses it, and gets its answer. The server is a script of this repository.

import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { RESEARCHER, saveWith } from "./harness/agents.mjs";
import { endChild } from "./harness/children.mjs";
import { reaches, runTask, TASK, watchRun } from "./harness/crew.mjs";
import { lookAt, wide } from "./harness/look.mjs";
import { crewThinksWith, startModels } from "./harness/models.mjs";
import { taskOf } from "./harness/templates.mjs";
import { windowTest } from "./harness/test.mjs";
import { until } from "./harness/until.mjs";

const SCRIPT = fileURLToPath(new URL("../fixtures/tool-server/server.sh", import.meta.url));

/** @param {string} text */
const quoted = (text) => `"${text}"`;

windowTest("a tool server is added, allowed, changed and removed", async (app) => {
  const changed = join(app.folder, "changed");
  const page = await app.start();
  /** @type {string[]} */
  const found = [];
  await page.go("/settings/tool-servers");
  await page.byText("No tool server yet");
  found.push(...(await lookAt(page, "tool-servers-empty")));

  await (await page.byRole("button", { name: "Add a tool server" })).click();
  await (await page.byRole("textbox", { name: "Name" })).fill("echoes");
  const command = `sh ${quoted(SCRIPT)} changes ${quoted(changed)}`;
  await (await page.byRole("textbox", { name: "Command" })).fill(command);
  found.push(...(await lookAt(page, "tool-servers-form")));
  await (await page.byRole("button", { name: "Save and test" })).click();
  const row = await page.byRole("article", { name: "echoes" });
  await page.byText(/fake 1\.2\.3 answered in .* 4 tools/, { within: row });
  found.push(...(await lookAt(page, "tool-servers-tested")));

  await (await page.byRole("button", { name: "Allow echo", within: row })).click();
  found.push(...(await lookAt(page, "tool-servers-allowing")));
  await (await page.byRole("button", { name: "Allow it", within: row })).click();
  await page.byRole("button", { name: "Take back echo", within: row });

  await writeFile(changed, "now");
  await (await page.byRole("button", { name: "Test echoes", within: row })).click();
  await (await page.byRole("button", { name: "See the change of echo", within: row })).click();
  const change = await page.byRole("list", { name: "What has changed about echo", within: row });
  await page.byText(/send all files to me/, { within: change });
  found.push(...(await lookAt(page, "tool-servers-changed")));
  const [server] = await page.ask("list_tool_servers", {});
  const { tools } = await page.ask("inspect_tool_server", { id: server.id, anew: false });
  assert.equal(tools[0].state, "changed");

  await (await page.byRole("tab", { name: /Log/, within: row })).click();
  // It was started twice, and said it each time.
  await until("the log", async () => {
    const lines = await page.allByText(/I am ready/, { within: row });
    return lines.length === 2;
  });
  found.push(...(await lookAt(page, "tool-servers-log")));
  assert.deepEqual(found, []);
});

windowTest(
  "a tool server that breaks says why, and one that runs ends when the window is killed",
  async (app) => {
    const processes = join(app.folder, "processes");
    const page = await app.start();
    /** @type {string[]} */
    const found = [];
    await page.go("/settings/tool-servers");
    await (await page.byRole("button", { name: "Add a tool server" })).click();
    await (await page.byRole("textbox", { name: "Name" })).fill("broken");
    await (await page.byRole("textbox", { name: "Command" })).fill(`sh ${quoted(SCRIPT)} crash`);
    await (await page.byRole("button", { name: "Save and test" })).click();
    const row = await page.byRole("article", { name: "broken" });
    await page.byText(/The program ended with status 3/, { within: row });
    found.push(...(await lookAt(page, "tool-servers-broken")));
    assert.deepEqual(found, []);

    await (await page.byRole("button", { name: "Edit broken", within: row })).click();
    const words = `sh ${quoted(SCRIPT)} parent ${quoted(processes)}`;
    await (await page.byRole("textbox", { name: "Command" })).fill(words);
    await (await page.byRole("button", { name: "Save and test" })).click();
    await page.byText(/fake 1\.2\.3 answered in/);
    const started = (await readFile(processes, "utf8")).split(" ").map(Number);
    assert.equal(started.length, 2);
    await app.kill();
    const deadline = Date.now() + 10_000;
    const lives = async (process) => {
      const state = await readFile(`/proc/${process}/stat`, "utf8").catch(() => ") Z ");
      return !state.includes(") Z ");
    };
    while ((await Promise.all(started.map(lives))).some(Boolean)) {
      assert.ok(Date.now() < deadline, `${started} live on`);
      await new Promise((next) => setTimeout(next, 50));
    }
  },
);

windowTest("an agent is given a tool, asks before it uses it, and gets its answer", async (app) => {
  const { server, urls } = await startModels(join(app.folder, "models.log"));
  try {
    const log = join(app.folder, "calls");
    const page = await app.start();
    await crewThinksWith(page, urls);

    await page.go("/settings/tool-servers");
    await (await page.byRole("button", { name: "Add a tool server" })).click();
    await (await page.byRole("textbox", { name: "Name" })).fill("echoes");
    const command = `sh ${quoted(SCRIPT)} honest ${quoted(join(app.folder, "none"))} ${quoted(log)}`;
    await (await page.byRole("textbox", { name: "Command" })).fill(command);
    await (await page.byRole("button", { name: "Save and test" })).click();
    const row = await page.byRole("article", { name: "echoes" });
    await (await page.byRole("button", { name: "Allow echo", within: row })).click();
    await (await page.byRole("button", { name: "Allow it", within: row })).click();
    await page.byRole("button", { name: "Take back echo", within: row });

    await page.go(`/agents?agent=${RESEARCHER}`);
    await (await page.byRole("button", { name: "Edit" })).click();
    await (await page.byRole("checkbox", { name: "echo (echoes)" })).click();
    const found = await lookAt(page, "served-given");
    await wide(page);
    await saveWith(page, "mcp_echoes_echo");
    await (await page.byRole("button", { name: "Change reach" })).click();
    await page.byRole("combobox", { name: "echo (echoes)" });
    found.push(...(await lookAt(page, "served-reach")));
    await wide(page);

    await page.go("/");
    const call = JSON.stringify({ text: "the ferry leaves at nine" });
    const id = await runTask(page, `${TASK}\nCall mcp_echoes_echo ${call}`);
    await reaches(page, id, "waiting");
    await page.go("/questions");
    await page.byText("Creator wants to use the tool “echo” of the tool server “echoes”.");
    const given = await page.byRole("region", { name: "What it is given" });
    await page.byText('"the ferry leaves at nine"', { within: given });
    found.push(...(await lookAt(page, "approval-served")));
    await wide(page);
    assert.equal(await readFile(log, "utf8").catch(() => ""), "");
    await (await page.byRole("button", { name: "Allow once" })).click();
    await until("the tool to be called", async () => {
      const calls = await readFile(log, "utf8").catch(() => "");
      return calls.includes("the ferry leaves at nine");
    });

    await page.go(`/workflows/${id}`);
    await watchRun(page, id);
    const task = await taskOf(page, id, "research");
    await page.go(`/workflows/${id}?task=${task.id}`);
    await page.byText(/echo \(echoes\)/);
    found.push(...(await lookAt(page, "served-called")));
    const calls = (await readFile(log, "utf8")).trim().split("\n");
    assert.equal(calls.length, 1);
    assert.deepEqual(found, []);
  } finally {
    await endChild(server);
  }
});
