// The same window over another machine: paired by a code, the crew run there, the server stopped and started again, and
// everything there afterwards, once.

import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { reaches, TASK, watchRun, writeTask } from "./harness/crew.mjs";
import { openFile, saveAs } from "./harness/dialogs.mjs";
import { lookAt } from "./harness/look.mjs";
import { codeIn, Server } from "./harness/server.mjs";
import { windowTest } from "./harness/test.mjs";
import { until } from "./harness/until.mjs";

const TOKEN = /wh_[A-Za-z0-9_-]{43}/;
const PASSPHRASE = "a horse that nobody guesses";
const SECOND = "Explain what a citation shows";

windowTest(
  "a server is paired, lost, found again, and nothing is missed or doubled",
  async (app) => {
    const server = new Server(app.folder, "Studio");
    try {
      const first = await server.start();
      const page = await app.start();
      /** @type {string[]} */
      const seen = [];
      await pairs(page, server, first, seen);
      await worksOn(page, "Studio");
      seen.push(...(await lookAt(page, "remote-settings", () => page.go("/settings/backends"))));
      seen.push(...(await lookAt(page, "remote-knowledge", () => page.go("/knowledge"))));
      seen.push(...(await lookAt(page, "remote-data", () => page.go("/settings/data"))));

      await page.go("/");
      const id = await startsHere(page, TASK);
      await until("some tasks to be done and others not", async () => {
        const { workflow } = await page.ask("get_workflow", { id });
        return workflow.tasks_completed >= 1;
      });
      await server.stop();
      await page.byText(/You see the last known state/);
      const footer = await page.byRole("contentinfo");
      await page.byText(/Attempt \d of 5|attempt \d of 5/, { within: footer });
      assert.ok((await page.text()).includes(TASK), "what was there stays");

      // Sent off meanwhile, and kept over a reload.
      await page.go("/");
      await writeTask(page, SECOND);
      await (await page.byRole("button", { name: "Run" })).click();
      await (await page.byRole("button", { name: "1 waits to be sent" })).click();
      await page.byRole("list", { name: "Waits to be sent" });
      seen.push(...(await lookAt(page, "remote-away")));
      await reload(page);
      await (await page.byRole("button", { name: "1 waits to be sent" })).click();
      await page.byText(/Nothing of it is shown yet/);
      await page.settle();
      await page.screenshot("remote-away-reloaded");

      await server.start();
      await (await page.byRole("button", { name: "Reconnect" })).click();
      await page.byText("1 sent after reconnecting", { timeout: 30_000 });
      await page.byRole("link", { name: /Open workflow \d+/ });
      seen.push(...(await lookAt(page, "remote-back")));
      await page.go(`/workflows/${id}`);
      await watchRun(page, id);
      const all = await page.ask("list_workflows", ALL);
      const descriptions = all.workflows.map(
        (/** @type {{ description: string }} */ each) => each.description,
      );
      assert.deepEqual(descriptions.sort(), [SECOND, TASK].sort(), "each is there once");
      const second = all.workflows.find((/** @type {{ id: number }} */ each) => each.id !== id);
      await reaches(page, second.id, "completed");
      assert.equal((await page.ask("get_status")).backend, "Studio");
      await page.screenshot("remote-completed");
      const file = join(app.folder, "of the server.wheelhouse");
      await exportsTo(page, file);

      await page.go("/");
      await worksOn(page, "This machine", "Local");
      assert.equal((await page.ask("get_status")).backend, "local");
      assert.deepEqual((await page.ask("list_workflows", ALL)).workflows, [], "nothing ran here");
      await importsFrom(page, file, TASK);
      await removes(page, server, seen);
      assert.deepEqual(seen, []);
      await app.closeWindow();
      assertNoToken(join(app.folder, "data"));
    } finally {
      await server.stop();
    }
  },
  { WHEELHOUSE_KEYS: "file" },
);

/**
 * Writes the run of the server that is open into a file of this machine.
 * @param {import("./harness/page.mjs").Page} page
 * @param {string} file
 */
async function exportsTo(page, file) {
  await (await page.byRole("button", { name: "Export…" })).click();
  await saveAs("Export the workflow", file);
  const done = await page.byRole("dialog", { name: "Export" });
  await page.byText(`The workflow is in ${file}.`, { within: done, timeout: 30_000 });
  await page.screenshot("remote-exported");
  await (await page.byRole("button", { name: "Close", within: done })).click();
  assert.ok(readFileSync(file).length > 1_000, "it is on this machine");
}

/**
 * Takes the file in where the window is.
 * @param {import("./harness/page.mjs").Page} page
 * @param {string} file
 * @param {string} name
 */
async function importsFrom(page, file, name) {
  await page.go("/workflows");
  await (await page.byRole("button", { name: "Import…" })).click();
  await openFile("Import a workflow", file);
  await page.routeIs(/^\/workflows\/\d+/);
  await page.byRole("heading", { name, state: { level: 1 } });
}

/**
 * Removes the server, which takes the token back; its list of tokens has no machine any more.
 * @param {import("./harness/page.mjs").Page} page
 * @param {Server} server
 * @param {string[]} seen What axe finds.
 */
async function removes(page, server, seen) {
  await page.go("/settings/backends");
  const open = async () => {
    if ((await page.allByRole("dialog")).length > 0) return;
    await page.go("/settings/backends");
    await (await page.byRole("button", { name: "Remove Studio" })).click();
    await page.byRole("dialog", { name: "Remove Studio?" });
  };
  seen.push(...(await lookAt(page, "remote-remove", open)));
  const dialog = await page.byRole("dialog", { name: "Remove Studio?" });
  await (await page.byRole("button", { name: "Remove", within: dialog })).click();
  await page.gone("dialog");
  await page.gone("article", { name: "Studio" });
  const kept = JSON.parse(readFileSync(server.tokens, "utf8")).tokens;
  assert.deepEqual(
    kept.map((/** @type {{ name: string }} */ token) => token.name),
    ["first"],
    "the server took the token back",
  );
}

/**
 * Loads the page anew, as a person may.
 * @param {import("./harness/page.mjs").Page} page
 */
async function reload(page) {
  await page.session.execute("window.beforeReload = true; setTimeout(() => location.reload())");
  await until("the page to be another one", () =>
    page.session.execute("return !window.beforeReload"),
  );
}

const ALL = { statuses: [], query: "", before: null, limit: 200 };

/**
 * No file of this machine has a token in the clear: neither the list of servers nor a log.
 * @param {string} folder
 */
function assertNoToken(folder) {
  assert.ok(existsSync(join(folder, "backends.json")), "the list of servers is kept");
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    const path = join(entry.parentPath, entry.name);
    if (!entry.isFile()) continue;
    assert.ok(!TOKEN.test(readFileSync(path, "latin1")), `a token stands in ${path}`);
  }
}

/**
 * Adds the server in Settings, with a wrong code first.
 * @param {import("./harness/page.mjs").Page} page
 * @param {Server} server
 * @param {string} said What the server said at its first start.
 * @param {string[]} seen What axe finds.
 */
async function pairs(page, server, said, seen) {
  await page.go("/settings/backends");
  seen.push(...(await lookAt(page, "remote-empty", () => page.go("/settings/backends"))));
  await (await page.byLabel("New passphrase")).fill(PASSPHRASE);
  await (await page.byLabel("The same once more")).fill(PASSPHRASE);
  await (await page.byRole("button", { name: "Create" })).click();
  await page.gone("button", { name: "Create" });
  const code = codeIn(said);
  await (await page.byRole("textbox", { name: "Address" })).fill(server.address);
  const field = await page.byRole("textbox", { name: "Pairing code" });
  await field.fill(code.slice(0, -1));
  await (await page.byRole("button", { name: "Pair" })).click();
  await until(
    "the code to be refused",
    async () => (await field.attribute("aria-invalid")) === "true",
  );
  seen.push(...(await lookAt(page, "remote-refused")));
  await field.fill(code.toLowerCase());
  await (await page.byRole("button", { name: "Pair" })).click();
  const row = await page.byRole("article", { name: "Studio" });
  await (await page.byRole("button", { name: "Test Studio" })).click();
  await page.byText(/the same as this window/, { within: row });
  await page.screenshot("remote-tested");
}

/**
 * Switches by the menu in the frame and waits until the window has begun anew, at Home.
 * @param {import("./harness/page.mjs").Page} page
 * @param {string} name In the menu.
 * @param {string} [shown] In the frame.
 */
async function worksOn(page, name, shown = name) {
  await page.session.execute("window.beforeSwitch = true");
  const footer = await page.byRole("contentinfo");
  await (await page.byRole("button", { name: /Local|Studio/, within: footer })).click();
  await page.byRole("menu");
  await page.settle();
  await page.screenshot(`remote-menu-${shown.toLowerCase()}`);
  await (await page.byRole("menuitem", { name: new RegExp(`^${name}`) })).click();
  await until("the page to be another one", () =>
    page.session.execute("return !window.beforeSwitch"),
  );
  assert.equal(await page.route(), "/");
  await page.byRole("button", { name: shown, within: await page.byRole("contentinfo") });
  await page.settle();
}

/**
 * Runs a task and gives its number, which is that of the server.
 * @param {import("./harness/page.mjs").Page} page
 * @param {string} task
 */
async function startsHere(page, task) {
  await writeTask(page, task);
  await (await page.byRole("button", { name: "Run" })).click();
  const route = await page.routeIs(/^\/workflows\/\d+/);
  return Number(/\d+/.exec(route)?.[0]);
}
