// The gallery in the real window: each template that comes along is run from its card to its end with rehearsal, and what
// it asks is answered in the inbox.

import assert from "node:assert/strict";
import { openedWorkflow } from "./harness/crew.mjs";
import { lookAt, wide } from "./harness/look.mjs";
import { windowTest } from "./harness/test.mjs";
import { until } from "./harness/until.mjs";

/** The longest that one template may take on a slow machine, in ms. */
const RUN_MS = 180_000;

/** What each input is given, by the kind of its field. What has a default keeps it. */
const SAID = {
  text: "How does Wheelhouse keep a run when the app is closed",
  long_text: "How does Wheelhouse keep a run when the app is closed",
  list: "Write the journal before acting\nKeep everything in memory",
  number: "2",
  integer: "2",
};

windowTest("every template that comes along runs to its end", async (app) => {
  const page = await app.start();
  const templates = await page.ask("list_templates", { removed: false });
  assert.equal(templates.length, 8, "eight templates come along");
  await page.go("/templates");
  await page.byRole("heading", { name: /^Built in/ });
  await page.settle();
  await page.screenshot("templates-1-gallery");
  for (const template of templates) {
    const id = await runFromCard(page, template);
    const status = await carryThrough(page, id);
    assert.equal(status, "completed", `${template.title} ends well`);
  }
});

windowTest("the editor loads where prototypes are frozen, and tells what is wrong", async (app) => {
  const page = await app.start();
  const templates = await page.ask("list_templates", { removed: false });
  const triage = templates.find((/** @type {{ name: string }} */ each) => each.name === "triage");
  const found = [];
  for (const [name, route] of [
    ["gallery", "/templates"],
    ["about", `/templates/${triage.uid}`],
    ["edit", `/templates/${triage.uid}?tab=edit`],
    ["versions", `/templates/${triage.uid}?tab=versions`],
    ["runs", `/templates/${triage.uid}?tab=runs`],
  ]) {
    await page.go(route);
    found.push(...(await lookAt(page, `templates-${name}`)));
  }
  assert.deepEqual(found, [], "axe found nothing");
  await wide(page);
  await page.go(`/templates/${triage.uid}?tab=edit`);
  await (await page.byRole("button", { name: "Make a copy" })).click();
  await page.byRole("button", { name: /^Save as version/ });
  const editor = await page.byRole("textbox", { name: /^Document of/ });
  await editor.click();
  await page.press("Control+Home");
  await page.typeKeys("x");
  await page.byRole("list", { name: "Problems" });
  await page.settle();
  await page.screenshot("templates-2-editor");
});

/**
 * Opens a template's form from its card, fills in what it needs and runs it.
 * @param {import("./harness/page.mjs").Page} page
 * @param {{ title: string, inputs: { title: string, type: keyof typeof SAID, required?: boolean, default?: unknown }[] }} template
 */
async function runFromCard(page, template) {
  await page.go("/templates");
  await (await page.byRole("button", { name: `Run ${template.title}` })).click();
  const dialog = await page.byRole("dialog");
  for (const field of template.inputs) {
    if (!field.required || (field.default !== undefined && field.default !== null)) continue;
    const control = await page.byRole("textbox", { name: field.title, within: dialog });
    await control.fill(SAID[field.type]);
  }
  await (await page.byRole("button", { name: "Run", within: dialog })).click();
  return await openedWorkflow(page);
}

/**
 * Answers in the inbox whatever a workflow, or one that it started, asks, until it has ended. Gives how it ended.
 * @param {import("./harness/page.mjs").Page} page
 * @param {number} id
 * @returns {Promise<string>}
 */
async function carryThrough(page, id) {
  return await until(
    `workflow ${id} to end`,
    async () => {
      const { workflow } = await page.ask("get_workflow", { id });
      if (["completed", "failed", "cancelled"].includes(workflow.status)) return workflow.status;
      const [question] = await page.ask("list_questions");
      if (question !== undefined) await answer(page, question);
      return null;
    },
    RUN_MS,
  );
}

/**
 * Answers one question in the inbox with the first of its ways.
 * @param {import("./harness/page.mjs").Page} page
 * @param {{ id: number, text: string, form: { outcomes?: { title: string }[], fields?: { title: string, type: keyof typeof SAID, required?: boolean, default?: unknown }[] } | null }} question
 */
async function answer(page, question) {
  await page.go("/questions");
  const name = `Question: ${question.text}`;
  const card = await page.byRole("region", { name });
  await page.screenshot(`templates-question-${question.id}`);
  if (question.form === null) {
    const words = await page.byRole("textbox", { name: "Your answer", within: card });
    await words.fill(SAID.text);
    await (await page.byRole("button", { name: "Answer", within: card })).click();
  } else {
    for (const field of question.form.fields ?? []) {
      if (!field.required || (field.default !== undefined && field.default !== null)) continue;
      const control = await page.byRole("textbox", { name: field.title, within: card });
      await control.fill(SAID[field.type]);
    }
    const way = question.form.outcomes?.[0]?.title ?? "Send";
    await (await page.byRole("button", { name: way, within: card })).click();
  }
  await page.gone("region", { name });
}
