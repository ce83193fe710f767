// Forks in the real window: from a finished task with other words, another answer, other inputs, another model. Each says
// before it starts what is done anew and what is taken over, then runs to its end and shows what was taken over as such.

import assert from "node:assert/strict";
import { reaches } from "./harness/crew.mjs";
import { lookAt, wide } from "./harness/look.mjs";
import { builtIn, keepTemplate, standsStill, startTemplate, taskOf } from "./harness/templates.mjs";
import { windowTest } from "./harness/test.mjs";
import { until } from "./harness/until.mjs";

/** @typedef {import("./harness/page.mjs").Page} Page */

/** Rounds that never differ: the guard stops them. */
const CIRCLING = {
  name: "circling",
  title: "Polish for ever",
  inputs: [{ name: "topic", title: "Topic", type: "text", default: "how a run is kept" }],
  steps: [
    {
      id: "polish",
      title: "Polish",
      kind: "loop",
      until: "false",
      max: 20,
      steps: [
        {
          id: "polished",
          title: "Polish the sentence",
          kind: "agent",
          agent: "driver",
          prompt: "Say in one sentence {{ inputs.topic }}.",
        },
      ],
    },
  ],
};

windowTest("a finished run is forked with other words, answers, inputs and models", async (app) => {
  const page = await app.start();
  const uid = await builtIn(page, "read-and-synthesise");
  const id = await startTemplate(page, uid, {
    subjects: ["journal", "citations"],
    question: "What is it for?",
  });
  assert.equal((await standsStill(page, id)).workflow.status, "completed");
  await page.go(`/workflows/${id}?tab=timeline`);
  assert.deepEqual(await lookAt(page, "fork-origin-timeline"), []);
  await wide(page);

  await openTask(page, id, "synthesise");
  assert.deepEqual(await lookAt(page, "fork-origin-task"), []);
  await wide(page);
  const opened = async () => {
    if ((await page.allByRole("dialog", { name: /^Fork from/ })).length === 0) {
      await (await page.byRole("button", { name: "Fork from here" })).click();
    }
    await page.byText(/1 task done anew/);
  };
  assert.deepEqual(await lookAt(page, "fork-again", opened), []);
  await page.press("Escape");
  await page.gone("dialog", { name: /^Fork from/ });
  await wide(page);

  // Other words: only the last task is done anew.
  await forkDialog(page);
  await choose(page, "What it is told");
  const words = await page.byLabel("What it is told", { within: await dialogOf(page) });
  assert.match(await words.value(), /What is it for\?/, "it begins with what it was told");
  await words.click();
  await page.press("Control+a", "Delete");
  await page.byText("Write what it is told.");
  await words.fill("Write one sentence on what both have in common.");
  await (await page.byText(/answers taken over from the record/)).click();
  const kept = await page.byRole("list", { name: "Taken over" });
  await page.byText("Gather the readings", { within: kept });
  await page.settle();
  await page.screenshot("fork-prompt");
  const prompted = await startFork(page);
  assert.equal((await taskOf(page, prompted, "list")).reused_from.task, "list");
  assert.equal((await taskOf(page, prompted, "synthesise")).reused_from, null);
  await page.go(`/workflows/${prompted}?tab=tasks`);
  await page.byRole("link", { name: `workflow ${id}` });
  assert.deepEqual(await lookAt(page, "fork-prompt-ended"), []);
  await wide(page);
  await openTask(page, prompted, "aggregate");
  await page.byText(/^Taken over from/);
  await page.byRole("link", {
    name: `workflow ${id}`,
    within: await page.byRole("complementary", { name: "Task" }),
  });
  await page.settle();
  await page.screenshot("fork-taken-over-task");

  // Another answer: what builds on it follows.
  await openTask(page, id, "aggregate");
  await forkDialog(page);
  await choose(page, "Its answer");
  await page.byText(/1 task done anew/);
  const answer = await page.byLabel(/^Answer/, { within: await dialogOf(page) });
  await answer.fill('"Both are written down."');
  await page.settle();
  await page.screenshot("fork-output");
  const given = await startFork(page);
  assert.equal((await taskOf(page, given, "synthesise")).reused_from, null);

  // Other inputs: in the template's own form, filled in.
  await openTask(page, id, "synthesise");
  // The inspector, and a dialog in it, are made anew where the window becomes narrow.
  const inputs = () =>
    until(
      "the form of the inputs",
      async () => {
        const open = await page.allByRole("dialog", { name: /^Fork from/ });
        if (open.length === 0) await forkDialog(page);
        await choose(page, "The inputs of the workflow");
        await page.byLabel("Documents or subjects");
        // What the fork would do is worked out after the form is there.
        return await page.byText(/^\d+ anew, \d+ taken over$/);
      },
      60_000,
    );
  assert.deepEqual(await lookAt(page, "fork-inputs", inputs), []);
  await page.press("Escape");
  await page.gone("dialog", { name: /^Fork from/ });
  await wide(page);
  await inputs();
  const subjects = await page.byLabel("Documents or subjects");
  assert.equal(await subjects.value(), "journal\ncitations");
  await (await page.byLabel("Form of the result (optional)")).fill("one sentence");
  await subjects.fill("journal");
  // What no input reaches stays; here every step reads one.
  await page.byText("No answer is taken over.");
  await page.settle();
  await page.screenshot("fork-inputs-changed");
  const narrowed = await startFork(page);
  const { workflow } = await page.ask("get_workflow", { id: narrowed });
  assert.deepEqual([workflow.inputs.subjects, workflow.inputs.form], [["journal"], "one sentence"]);

  // Another model.
  await openTask(page, id, "synthesise");
  await forkDialog(page);
  await choose(page, "Its model");
  await (await page.byRole("combobox", { name: "Model" })).fill("rehearsal");
  await (await page.byRole("option", { name: /^rehearsal/ })).click();
  await page.gone("option");
  await page.settle();
  await page.screenshot("fork-model");
  const modelled = await startFork(page);
  assert.equal((await taskOf(page, modelled, "synthesise")).model, "rehearsal");
});

windowTest("a loop that leads nowhere is forked from where it began", async (app) => {
  const page = await app.start();
  const id = await startTemplate(page, await keepTemplate(page, CIRCLING));
  assert.equal((await standsStill(page, id)).workflow.status, "failed");
  await page.go(`/workflows/${id}?tab=tasks`);
  const notice = await page.byRole("alert");
  await page.byText(/rounds gave exactly the same/, { within: notice });
  assert.deepEqual(await lookAt(page, "fork-loop-failed"), []);
  await wide(page);
  await openTask(page, id, "polish");
  assert.deepEqual(await lookAt(page, "fork-loop-task"), []);
  await wide(page);
  await page.go(`/workflows/${id}?tab=tasks`);
  await (await page.byRole("button", { name: "Fork from there" })).click();
  const dialog = await dialogOf(page);
  const words = await page.byLabel("What it is told", { within: dialog });
  await words.fill("Say it in other words each time.");
  await page.byText(/done anew/, { within: dialog });
  await page.settle();
  await page.screenshot("fork-loop-dialog");
  await page.press("Escape");
  await page.gone("dialog");
  await until("the focus to be where it was", async () =>
    /Fork from there/.test(await page.focused()),
  );
});

windowTest("a fork inside a sub-workflow takes the workflow above along", async (app) => {
  const page = await app.start();
  const id = await startTemplate(page, await builtIn(page, "approved-publication"), {
    task: "How does Wheelhouse keep a run when the app is closed",
    pause_s: 0,
  });
  await standsStill(page, id);
  await page.go("/questions");
  await (await page.byRole("button", { name: "Publish" })).click();
  await page.gone("button", { name: "Publish" });
  // It waits for its timer once more before its end.
  await reaches(page, id, "completed");
  const { children } = await page.ask("get_workflow", { id });
  await openTask(page, children[0].id, "brief");
  await forkDialog(page);
  await page.byText(/which started this one, is forked with it/);
  await page.settle();
  await page.screenshot("fork-sub-workflow");
  await begin(page);
  const fork = await opened(page, children[0].id);
  assert.notEqual(fork, id);
  const still = await standsStill(page, fork);
  assert.equal(still.workflow.status, "waiting", "the approval is asked anew");
  await page.byRole("button", { name: "Publish" });
  await page.settle();
  await page.screenshot("fork-sub-workflow-asks");
});

/**
 * Opens a task in the inspector.
 * @param {Page} page
 * @param {number} id
 * @param {string} key
 */
async function openTask(page, id, key) {
  const task = await taskOf(page, id, key);
  await page.go(`/workflows/${id}?tab=tasks&task=${task.id}`);
  await page.byRole("complementary", { name: "Task" });
}

/** @param {Page} page */
const dialogOf = (page) => page.byRole("dialog", { name: /^Fork from/ });

/** @param {Page} page */
async function forkDialog(page) {
  await (await page.byRole("button", { name: "Fork from here" })).click();
  await dialogOf(page);
}

/**
 * @param {Page} page
 * @param {string} what
 */
async function choose(page, what) {
  await (await page.byRole("combobox", { name: "What is changed" })).click();
  await (await page.byRole("option", { name: what })).click();
  await page.gone("option");
}

/**
 * Starts the fork once the dialog says what it would do.
 * @param {Page} page
 */
async function begin(page) {
  const start = await until("the fork to be ready", async () => {
    const button = await page.byRole("button", { name: "Start the fork" });
    return (await button.attribute("disabled")) === null ? button : null;
  });
  await start.click();
  await page.gone("dialog");
}

/**
 * Starts the fork, follows it to its end in its own screen, and gives its number.
 * @param {Page} page
 * @returns {Promise<number>}
 */
async function startFork(page) {
  const before = Number(/\d+/.exec(await page.route())?.[0]);
  await begin(page);
  const id = await opened(page, before);
  assert.equal((await standsStill(page, id)).workflow.status, "completed");
  return id;
}

/**
 * Waits until the window shows another workflow than `before`, and gives its number.
 * @param {Page} page
 * @param {number} before
 */
async function opened(page, before) {
  const route = await page.routeIs(new RegExp(`^/workflows/(?!${before}\\b)\\d+`));
  return Number(/\d+/.exec(route)?.[0]);
}
