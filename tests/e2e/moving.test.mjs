// Runs that change hands between this machine and a server, as an operator moves them: a run that waits for an answer goes
// there and is answered there, another comes back, one must stay, and one waits for a server that is away.

import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beginsAnew, pairWith } from "./harness/backends.mjs";
import { openedWorkflow, reaches } from "./harness/crew.mjs";
import { lookAt, wide } from "./harness/look.mjs";
import { Server } from "./harness/server.mjs";
import { keepTemplate, standsStill, startTemplate } from "./harness/templates.mjs";
import { windowTest } from "./harness/test.mjs";
import { until } from "./harness/until.mjs";

/** @typedef {import("./harness/page.mjs").Page} Page */

/** Tokens are kept in a file, because the desktop of the tests has no keychain. */
const IN_A_FILE = { WHEELHOUSE_KEYS: "file" };

const NOTE = {
  name: "note",
  title: "Write a note",
  inputs: [{ name: "topic", title: "Topic", type: "text", default: "how a run is kept" }],
  steps: [
    {
      id: "research",
      title: "Look it up",
      kind: "agent",
      agent: "creator",
      prompt: "What do the documents say about {{ inputs.topic }}?",
    },
    {
      id: "decide",
      title: "Your decision",
      kind: "approval",
      text: "Should the note be written?",
      outcomes: [
        { name: "write", title: "Write it" },
        { name: "stop", title: "Leave it" },
      ],
      needs: ["research"],
    },
    {
      id: "say",
      title: "Write the note",
      kind: "agent",
      agent: "driver",
      prompt: "Say it in one sentence:\n\n{{ steps.research.text }}",
      needs: ["research", "decide"],
    },
  ],
};

windowTest(
  "a run is moved to a server and answered there, and another comes back",
  async (app) => {
    const server = new Server(app.folder, "Studio");
    try {
      const page = await app.start();
      await pairWith(page, server, await server.start());
      const seen = await goesThere(page);
      await comesBack(page, seen);
      assert.deepEqual(seen, []);
    } finally {
      await server.stop();
    }
  },
  IN_A_FILE,
);

windowTest(
  "a run that has read what stays here is refused",
  async (app) => {
    const server = new Server(app.folder, "Studio");
    try {
      const page = await app.start();
      await pairWith(page, server, await server.start());
      await addsDiary(page, app.folder);
      const topic = "the lantern that the diary tells of";
      const id = await waits(page, await keepTemplate(page, NOTE), { topic });
      const { workflow } = await page.ask("get_workflow", { id });
      assert.deepEqual(
        workflow.stays_here.map((/** @type {{ name: string }} */ one) => one.name),
        ["diary"],
      );
      const ask = async () => {
        await page.go("/workflows");
        await page.go(`/workflows/${id}`);
        await (await page.byRole("button", { name: "Move to Studio…" })).click();
        const dialog = await page.byRole("dialog", { name: "Move to Studio" });
        const why = await page.byRole("alert", { within: dialog });
        await page.byText(/“diary”, which stays/, { within: why });
      };
      const seen = await lookAt(page, "moving-refused", ask);
      await wide(page);
      await ask();
      assert.deepEqual(await page.allByRole("button", { name: "Move run" }), []);
      await (await page.byRole("button", { name: "Close" })).click();
      await page.gone("dialog");
      assert.equal((await page.ask("get_workflow", { id })).workflow.moved, null);
      seen.push(...(await lookAt(page, "moving-diary", () => page.go("/knowledge"))));
      assert.deepEqual(seen, []);
    } finally {
      await server.stop();
    }
  },
  IN_A_FILE,
);

windowTest(
  "a move that waits for a server is seen, and called off",
  async (app) => {
    const server = new Server(app.folder, "Studio");
    try {
      const page = await app.start();
      await pairWith(page, server, await server.start());
      const { backends } = await page.ask("list_backends");
      const id = await waits(page, await keepTemplate(page, NOTE));
      await server.stop();

      const ask = async () => {
        await page.go("/workflows");
        await page.go(`/workflows/${id}`);
        await (await page.byRole("button", { name: "Move to Studio…" })).click();
        const dialog = await page.byRole("dialog", { name: "Move to Studio" });
        await page.byRole("alert", { within: dialog, timeout: 30_000 });
      };
      const seen = await lookAt(page, "moving-unreachable", ask);
      await page.press("Escape");
      await page.gone("dialog");

      // As it is where the program was ended right after the run had begun to leave.
      const { workflow } = await page.ask("get_workflow", { id });
      await page.ask("depart_workflow", {
        request_key: `e2e-${crypto.randomUUID()}`,
        id,
        move_uid: moveUid(),
        other: backends[0].store,
        other_name: "Studio",
        own_name: "Laptop",
      });
      await page.go("/workflows");
      const line = await page.byRole("list", { name: "Moves under way" });
      await page.byRole("link", { name: workflow.name, within: line });
      assert.match(await line.text(), /from this machine to Studio/);
      seen.push(...(await lookAt(page, "moving-waits", () => page.go("/workflows"))));
      seen.push(...(await lookAt(page, "moving-waits-run", () => page.go(`/workflows/${id}`))));
      await wide(page);
      assert.deepEqual(await page.allByRole("button", { name: "Write it" }), [], "it rests");
      await (await page.byRole("button", { name: `Call off: ${workflow.name}` })).click();
      await page.byRole("button", { name: "Write it", timeout: 60_000 });
      await (await page.byRole("button", { name: "Write it" })).click();
      await reaches(page, id, "completed");
      assert.deepEqual(seen, []);
    } finally {
      await server.stop();
    }
  },
  IN_A_FILE,
);

/**
 * Moves a run to the server, answers it there, and gives what axe finds.
 * @param {Page} page
 */
async function goesThere(page) {
  const seen = [];
  const id = await waits(page, await keepTemplate(page, NOTE));
  const { uid, name } = (await page.ask("get_workflow", { id })).workflow;
  await page.byRole("button", { name: "Write it" });
  seen.push(...(await lookAt(page, "moving-offered")));
  const ask = async () => {
    await page.go("/workflows");
    await page.go(`/workflows/${id}`);
    await openDialog(page, "Studio");
  };
  seen.push(...(await lookAt(page, "moving-ahead", ask)));
  await wide(page);
  await ask();
  await moves(page, "Studio");
  seen.push(...(await lookAt(page, "moving-moved")));
  await wide(page);
  await (await page.byRole("button", { name: "Stay here" })).click();
  await page.gone("dialog");

  const { workflow, tasks } = await page.ask("get_workflow", { id });
  assert.equal(workflow.moved.place, "gone");
  assert.ok(tasks.length >= 3, "what was done stays to be read");
  await page.byText(/^Moved to Studio$/);
  for (const gone of ["Write it", "Pause", "Cancel", "Move to Studio…"]) {
    assert.deepEqual(await page.allByRole("button", { name: gone }), [], `${gone} is not offered`);
  }
  assert.deepEqual(await page.ask("list_questions", {}), [], "nobody is asked here any more");
  seen.push(...(await lookAt(page, "moving-gone", () => page.go(`/workflows/${id}`))));
  seen.push(...(await lookAt(page, "moving-list", () => page.go("/workflows"))));
  seen.push(...(await lookAt(page, "moving-home", () => page.go("/"))));
  await wide(page);
  await page.go(`/workflows/${id}`);

  await opensThere(page, "Studio");
  const there = (await page.ask("get_workflow", { id: await openedWorkflow(page) })).workflow;
  assert.equal(there.uid, uid, "it is the same run");
  assert.equal(there.name, name);
  assert.equal(there.moved, null);
  await page.byRole("button", { name: "Write it" });
  seen.push(...(await lookAt(page, "moving-there")));
  await wide(page);
  await (await page.byRole("button", { name: "Write it" })).click();
  await reaches(page, there.id, "completed");
  await page.settle();
  await page.screenshot("moving-completed-there");
  return seen;
}

/**
 * Moves a run from the server, where the window is, to this machine and back, and ends it on this machine.
 * @param {Page} page
 * @param {string[]} seen What axe finds.
 */
async function comesBack(page, seen) {
  const id = await waits(page, await keepTemplate(page, { ...NOTE, name: "second-note" }));
  const { uid } = (await page.ask("get_workflow", { id })).workflow;
  await openDialog(page, "this machine");
  await moves(page, "this machine");
  await opensThere(page, "this machine", "Local");
  const here = await openedWorkflow(page);
  assert.equal((await page.ask("get_workflow", { id: here })).workflow.uid, uid);

  await openDialog(page, "Studio");
  await page.byText(/It was there before/);
  await moves(page, "Studio");
  await opensThere(page, "Studio");
  assert.equal(await openedWorkflow(page), id, "it has its number of before");

  // From its row, this time.
  await page.go("/workflows");
  const { name } = (await page.ask("get_workflow", { id })).workflow;
  const rowMenu = async () => {
    if ((await page.allByRole("menu")).length > 0) return;
    await page.go("/workflows");
    await (await page.byRole("button", { name: `More: ${name}` })).click();
    await page.byRole("menuitem", { name: "This machine" });
  };
  const found = await lookAt(page, "moving-row", rowMenu);
  // What floats above the page stands in none of its regions.
  seen.push(...found.filter((text) => !/: region at /.test(text)));
  await rowMenu();
  await (await page.byRole("menuitem", { name: "This machine" })).click();
  await moves(page, "this machine");
  await opensThere(page, "this machine", "Local");
  assert.equal(await openedWorkflow(page), here);
  await wide(page);
  await (await page.byRole("button", { name: "Write it" })).click();
  await reaches(page, here, "completed");
  await page.go(`/workflows/${here}?tab=journal`);
  await page.settle();
  await page.screenshot("moving-completed-here");
  const facts = await page.ask("list_journal", { workflow_id: here, after: 0, limit: 500 });
  const times = (/** @type {string} */ kind, /** @type {string | null} */ task) =>
    facts.filter(
      (/** @type {{ kind: string, task: string | null }} */ fact) =>
        fact.kind === kind && (task === null || fact.task === task),
    ).length;
  assert.equal(times("workflow_arrived", null), 3, "the journal tells of every move");
  assert.equal(times("task_completed", "research"), 1, "nothing was done twice");
  assert.equal(times("question_asked", "decide"), 1, "it was asked once");
}

/**
 * Starts a run and shows it once it waits for its answer.
 * @param {Page} page
 * @param {string} template
 * @param {Record<string, unknown>} [inputs]
 */
async function waits(page, template, inputs = {}) {
  const id = await startTemplate(page, template, inputs);
  const { workflow } = await standsStill(page, id);
  assert.equal(workflow.status, "waiting");
  await page.go(`/workflows/${id}`);
  return id;
}

/**
 * @param {Page} page
 * @param {string} to
 */
async function openDialog(page, to) {
  await (await page.byRole("button", { name: `Move to ${to}…` })).click();
  await page.byRole("dialog", { name: `Move to ${to}` });
  await until("the other side to have been asked", async () => {
    const [button] = await page.allByRole("button", { name: "Move run" });
    return button !== undefined && (await button.attribute("disabled")) === null;
  });
  await page.settle();
}

/**
 * Moves the run whose dialog is open, and waits until it is there.
 * @param {Page} page
 * @param {string} to
 */
async function moves(page, to) {
  const begin = async () => {
    const [button] = await page.allByRole("button", { name: "Move run" });
    return button !== undefined && (await button.attribute("disabled")) === null ? button : null;
  };
  await (await until("the move to be offered", begin)).click();
  await page.byRole("dialog", { name: `Moved to ${to}`, timeout: 60_000 });
  await page.settle();
}

/**
 * @param {Page} page
 * @param {string} name
 * @param {string} [shown] In the frame.
 */
async function opensThere(page, name, shown = name) {
  await beginsAnew(page, shown, async () =>
    (await page.byRole("button", { name: `Open it on ${name}` })).click(),
  );
}

/**
 * Adds a folder that stays on this machine.
 * @param {Page} page
 * @param {string} parent
 */
async function addsDiary(page, parent) {
  const folder = join(parent, "diary");
  mkdirSync(folder);
  writeFileSync(
    join(folder, "lantern.md"),
    "# The lantern\n\nThe diary tells of a lantern that burns in the third window of the mill.\n",
  );
  const request = { request_key: `e2e-${crypto.randomUUID()}`, path: folder, stays_here: true };
  await page.ask("add_source", request);
  await until("the folder to be read", async () => {
    const sources = await page.ask("list_sources");
    return sources.some(
      (/** @type {{ path: string, documents: number }} */ each) =>
        each.path === folder && each.documents === 1,
    );
  });
}

/** @returns {string} A UUIDv7. */
function moveUid() {
  const time = Date.now().toString(16).padStart(12, "0");
  const rest = crypto.randomUUID().slice(15);
  return `${time.slice(0, 8)}-${time.slice(8)}-7${rest}`;
}
