// Steering in the real window, as an operator does it: a run is paused and goes on, a failed task is tried again with
// another model, skipped, or answered by hand, a cancelled run takes its sub-workflow with it, and many are dealt with
// at once.

import assert from "node:assert/strict";
import { reaches } from "./harness/crew.mjs";
import { lookAt, wide } from "./harness/look.mjs";
import { builtIn, keepTemplate, standsStill, startTemplate, taskOf } from "./harness/templates.mjs";
import { windowTest } from "./harness/test.mjs";
import { until } from "./harness/until.mjs";

/** @typedef {import("./harness/page.mjs").Page} Page */

// Slow enough that there is a middle, on every machine.
const SLOWLY = { WHEELHOUSE_REHEARSAL_PACE_MS: "200" };
/** So slow that nothing ends by itself while a test looks at it. */
const HARDLY = { WHEELHOUSE_REHEARSAL_PACE_MS: "2000" };
const QUESTION = "How does Wheelhouse keep a run when the app is closed";

/** A model of no provider: whoever thinks with it fails until it is given another. */
const NOWHERE = "nowhere/none";

const SHAKY = {
  name: "shaky",
  title: "Look it up and say it",
  inputs: [{ name: "topic", title: "Topic", type: "text", default: "how a run is kept" }],
  limits: { attempts: 1 },
  steps: [
    {
      id: "research",
      title: "Look it up",
      kind: "agent",
      agent: "creator",
      prompt: "What do the documents say about {{ inputs.topic }}?",
    },
    {
      id: "say",
      title: "Say it in one sentence",
      kind: "agent",
      agent: "driver",
      model: NOWHERE,
      prompt: "Say it in one sentence:\n\n{{ steps.research.text }}",
      needs: ["research"],
    },
    {
      id: "loud",
      title: "Say it aloud",
      kind: "transform",
      value: "(steps.say.text or 'nothing') | upper",
      needs: ["say"],
    },
  ],
};

windowTest(
  "a run is paused, goes on, and is run again",
  async (app) => {
    const page = await app.start();
    const id = await startTemplate(page, await builtIn(page, "research-brief"), {
      question: QUESTION,
    });
    await page.go(`/workflows/${id}`);
    await (await page.byRole("button", { name: "Pause" })).click();
    await page.byRole("button", { name: "Resume" });
    await reaches(page, id, "paused");
    const { workflow } = await page.ask("get_workflow", { id });
    assert.ok(workflow.tasks_completed < workflow.tasks_total, "it stands in the middle");
    assert.deepEqual(await lookAt(page, "steering-paused"), []);
    await wide(page);
    await (await page.byRole("button", { name: "Resume" })).click();
    await page.byRole("button", { name: "Run again", timeout: 120_000 });
    assert.equal((await standsStill(page, id)).workflow.status, "completed");
    await (await page.byRole("button", { name: "Run again" })).click();
    await page.routeIs(new RegExp(`^/workflows/${id + 1}`));
    const again = await page.ask("get_workflow", { id: id + 1 });
    assert.equal(again.workflow.inputs.question, QUESTION);
    await (await page.byRole("button", { name: "Cancel" })).click();
    await reaches(page, id + 1, "cancelled");
  },
  SLOWLY,
);

windowTest("a failed task gets another model and is tried again", async (app) => {
  const page = await app.start();
  const id = await failed(page);
  await page.go(`/workflows/${id}?tab=tasks`);
  await page.byText(/Say it in one sentence” failed/);
  assert.deepEqual(await lookAt(page, "steering-failed"), []);
  await wide(page);
  await openTask(page, id, "say");
  assert.deepEqual(await lookAt(page, "steering-failed-task"), []);
  const openDialog = async () => {
    if ((await page.allByRole("dialog", { name: /^Change “/ })).length > 0) return;
    await (await page.byRole("button", { name: "Edit prompt and model" })).click();
    await page.byRole("dialog", { name: /^Change “/ });
  };
  assert.deepEqual(await lookAt(page, "steering-edit", openDialog), []);
  await page.press("Escape");
  await page.gone("dialog", { name: /^Change “/ });
  await wide(page);
  await openDialog();
  const dialog = await page.byRole("dialog", { name: /^Change “/ });
  const told = await page.byLabel("What it is told", { within: dialog });
  assert.match(await told.value(), /^Say it in one sentence:/, "it begins with what it was told");
  const model = await page.byRole("combobox", { name: /^Model for this task/, within: dialog });
  await model.fill("rehearsal");
  await (await page.byRole("option", { name: /^rehearsal/ })).click();
  await page.gone("option");
  await (await page.byRole("button", { name: "Keep the change", within: dialog })).click();
  await page.gone("dialog", { name: /^Change “/ });
  await focusIsOn(page, /Edit prompt and model/);
  await (await page.byRole("button", { name: "Retry task" })).click();
  await reaches(page, id, "completed");
  assert.equal((await taskOf(page, id, "research")).attempt, 1, "what was done stayed");
});

windowTest("a failed task is skipped, and another is answered by hand", async (app) => {
  const page = await app.start();
  const skipped = await failed(page);
  await openTask(page, skipped, "say");
  await (await page.byRole("button", { name: "Skip" })).click();
  await reaches(page, skipped, "completed");
  assert.equal((await taskOf(page, skipped, "say")).status, "skipped");
  assert.equal(await dataOf(page, skipped, "loud"), "NOTHING");
  assert.deepEqual(await lookAt(page, "steering-skipped"), []);
  await wide(page);

  const answered = await failed(page);
  await openTask(page, answered, "say");
  const openDialog = async () => {
    if ((await page.allByRole("dialog", { name: "Give the answer yourself" })).length > 0) return;
    await (await page.byRole("button", { name: "Give the answer" })).click();
    await page.byRole("dialog", { name: "Give the answer yourself" });
  };
  assert.deepEqual(await lookAt(page, "steering-answer", openDialog), []);
  await page.press("Escape");
  await page.gone("dialog", { name: "Give the answer yourself" });
  await wide(page);
  await openDialog();
  await (await page.byLabel("Answer")).fill("It is written down first.");
  await (await page.byRole("button", { name: "Use this answer" })).click();
  await page.gone("dialog", { name: "Give the answer yourself" });
  await reaches(page, answered, "completed");
  assert.equal(await dataOf(page, answered, "loud"), "IT IS WRITTEN DOWN FIRST.");
  assert.equal((await taskOf(page, answered, "say")).overridden, true);
  await page.byText("Given by you");
  await page.settle();
  await page.screenshot("steering-answered-by-hand");
});

windowTest(
  "cancel reaches a sub-workflow",
  async (app) => {
    const page = await app.start();
    const id = await startTemplate(page, await builtIn(page, "approved-publication"), {
      task: QUESTION,
    });
    await page.go(`/workflows/${id}?tab=tasks`);
    const child = await until("the sub-workflow to run", async () => {
      const { children } = await page.ask("get_workflow", { id });
      return children.find((/** @type {{ status: string }} */ each) => each.status === "running");
    });
    assert.deepEqual(await lookAt(page, "steering-sub-workflow"), []);
    await wide(page);
    await (await page.byRole("button", { name: "Cancel" })).click();
    await reaches(page, id, "cancelled");
    await reaches(page, child.id, "cancelled");
    await page.go(`/workflows/${child.id}`);
    await page.byRole("link", { name: `workflow ${id}` });
    await page.settle();
    await page.screenshot("steering-sub-workflow-cancelled");
  },
  HARDLY,
);

windowTest(
  "many are cancelled, taken up again and deleted at once",
  async (app) => {
    const page = await app.start();
    const uid = await builtIn(page, "research-brief");
    const ids = [];
    for (const number of [1, 2, 3]) {
      ids.push(await startTemplate(page, uid, { question: QUESTION }, `Brief ${number}`));
    }
    await page.go("/workflows");
    for (const number of [1, 3]) {
      await (await page.byRole("checkbox", { name: `Mark Brief ${number}` })).click();
    }
    // The second by keyboard: J goes down the list, X marks.
    await page.press("j", "j", "x");
    const bar = await page.byRole("region", { name: "Marked workflows" });
    await page.byText("3 workflows marked", { within: bar });
    assert.deepEqual(await lookAt(page, "bulk-marked"), []);
    await wide(page);
    await (await page.byRole("button", { name: "Cancel", within: bar })).click();
    for (const id of ids) await reaches(page, id, "cancelled");
    await page.byText("3 workflows cancelled.");
    assert.deepEqual(await lookAt(page, "bulk-cancelled"), []);
    await wide(page);

    await (await page.byRole("checkbox", { name: "Mark all" })).click();
    await (await page.byRole("button", { name: "Retry", within: bar })).click();
    await page.byText("3 workflows taken up again.");
    await (await page.byRole("checkbox", { name: "Mark all" })).click();
    await (await page.byRole("button", { name: "Delete", within: bar })).click();
    await page.byRole("dialog", { name: "Delete 3 workflows?" });
    assert.deepEqual(await lookAt(page, "bulk-delete"), []);
    await wide(page);
    // They run: nothing is deleted, and each says why.
    await (
      await page.byRole("button", { name: "Delete", within: await page.byRole("dialog") })
    ).click();
    await page.byText("3 workflows stayed as before");
    assert.deepEqual(await lookAt(page, "bulk-refused"), []);
    await wide(page);
    await (await page.byRole("button", { name: "Cancel", within: bar })).click();
    for (const id of ids) await reaches(page, id, "cancelled");
    await (await page.byRole("checkbox", { name: "Mark all" })).click();
    await (await page.byRole("button", { name: "Delete", within: bar })).click();
    await (
      await page.byRole("button", { name: "Delete", within: await page.byRole("dialog") })
    ).click();
    await page.byText("No workflows yet");
    await focusIsOn(page, /Marked workflows/);
    const { total } = await page.ask("get_workflow_stats");
    assert.equal(total, 0);
  },
  HARDLY,
);

/**
 * A run whose second task has failed.
 * @param {Page} page
 * @returns {Promise<number>}
 */
async function failed(page) {
  const known = await page.ask("list_templates", { removed: false });
  const there = known.find((/** @type {{ name: string }} */ each) => each.name === SHAKY.name);
  const uid = there?.uid ?? (await keepTemplate(page, SHAKY));
  const id = await startTemplate(page, uid);
  assert.equal((await standsStill(page, id)).workflow.status, "failed");
  return id;
}

/**
 * Waits until the focus is where it was before, or where it is of use: it is never lost.
 * @param {Page} page
 * @param {RegExp} what
 */
async function focusIsOn(page, what) {
  await until(`the focus on ${what}`, async () => {
    const focused = await page.focused();
    if (!what.test(focused)) throw new Error(`it is on ${focused}`);
    return true;
  });
}

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

/**
 * The value that a task gave.
 * @param {Page} page
 * @param {number} id
 * @param {string} key
 */
async function dataOf(page, id, key) {
  const { id: task_id } = await taskOf(page, id, key);
  return (await page.ask("get_task", { workflow_id: id, task_id })).data;
}
