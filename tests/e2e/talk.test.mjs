// Conversations in the real window: asked, answered with sources, stopped, said otherwise, given a file, searched, made a
// workflow of, and still there after the program was killed.

import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { firstStart } from "./harness/crew.mjs";
import { lookAt } from "./harness/look.mjs";
import { windowTest } from "./harness/test.mjs";
import { until } from "./harness/until.mjs";

/** @typedef {import("./harness/page.mjs").Page} Page */

const QUESTION = "What happens to a run when the app is closed?";

windowTest("a conversation with the researcher", async (app) => {
  let page = await app.start();
  await firstStart(page);
  await (await page.byRole("link", { name: "Conversations" })).click();
  await page.byText("Whom do you want to talk to?");
  let found = await lookAt(page, "talk-nobody");
  assert.deepEqual(found, []);
  await page.session.setSize(1280, 800);

  await (await page.byRole("link", { name: /Researcher/ })).click();
  await page.byText("You could ask");
  found = await lookAt(page, "talk-begin");
  assert.deepEqual(found, []);
  await page.session.setSize(1280, 800);

  await say(page, QUESTION);
  await page.routeIs(/^\/chat\/[0-9a-f-]{36}$/);
  await until("the reply", async () => (await newest(page)).reply?.status === "completed");
  const reply = await newest(page);
  assert.ok(reply.citations.length > 0, "it cites the handbook");
  assert.match(reply.text, /not a language model/);
  await page.byText(/rehearsal, a rule-based stand-in ·/);
  const { workflows } = await page.ask("list_workflows", { limit: 10 });
  assert.deepEqual(workflows, [], "no reply stands among the workflows");

  const notes = join(app.folder, "notes.md");
  writeFileSync(notes, "# Ferry\n\nThe ferry leaves at nine from the north quay.\n");
  const chooser = await page.session.execute(`return document.querySelector("input[type=file]")`);
  await page.session.type(chooser, notes);
  await page.byText("notes.md");
  await say(page, "When does the ferry leave?");
  await until("the second reply", async () => {
    const message = await newest(page);
    return message.text.includes("notes.md") && message.reply?.status === "completed";
  });
  assert.match((await newest(page)).text, /The ferry leaves at nine from the north quay\./);
  found = await lookAt(page, "talk");
  assert.deepEqual(found, []);
  await page.session.setSize(1280, 800);

  await (await page.allByRole("button", { name: "Reply anew" })).at(-1)?.click();
  await page.byText("2 of 2");
  await until("the other reply", async () => (await newest(page)).reply?.status === "completed");
  await (await page.byRole("button", { name: "Previous reply" })).click();
  await page.byText("1 of 2");
  await page.settle();
  await page.screenshot("talk-branch");

  const before = await shown(page);
  await app.kill();
  page = await app.start();
  const after = await page.ask("get_conversation", { uid: before.conversation.uid, limit: 40 });
  assert.deepEqual(
    after.messages.map(textOf),
    before.messages.map(textOf),
    "everything is there after the program was killed",
  );
  await page.go(`/chat/${before.conversation.uid}`);
  await (await page.byRole("searchbox", { name: "Search what was said" })).type("north quay");
  await page.byText(/north quay/);
  await page.byRole("list", { name: "Found messages" });
  await page.settle();
  await page.screenshot("talk-search");

  await page.go(`/chat/${before.conversation.uid}`);
  const all = await page.allByRole("button", { name: "Make a workflow of it" });
  await all[0].click();
  await (await page.byRole("menuitem", { name: /This message as the task/ })).click();
  await page.routeIs(/^\/$/);
  assert.equal(await (await page.byRole("textbox", { name: /What should/ })).value(), QUESTION);
});

windowTest(
  "a reply is stopped in the middle, and what was said stays",
  async (app) => {
    const page = await app.start();
    await firstStart(page);
    await page.go("/chat?agent=2");
    await say(page, QUESTION);
    await page.routeIs(/^\/chat\/[0-9a-f-]{36}$/);
    await page.byRole("button", { name: "Stop" });
    await until("the first words", async () => (await newest(page)).text.length > 20);
    await page.settle();
    await page.screenshot("talk-writing");
    await page.press("Escape");
    await page.byText("You stopped it here.");
    const message = await newest(page);
    assert.equal(message.reply?.status, "cancelled");
    assert.ok(message.text.length > 20);
    await page.settle();
    await page.screenshot("talk-stopped");
  },
  { WHEELHOUSE_REHEARSAL_PACE_MS: "400" },
);

/**
 * @param {Page} page
 * @param {string} words
 */
async function say(page, words) {
  const field = await page.byRole("textbox", { name: /^Message to/ });
  await field.type(words);
  await page.press("Enter");
}

/**
 * @typedef {{ text: string, citations: unknown[], reply: { status: string } | null }} Message
 * @param {Page} page
 * @returns {Promise<{ conversation: { uid: string }, messages: Message[] }>}
 */
async function shown(page) {
  const uid = (await page.route()).split("/").at(-1);
  return await page.ask("get_conversation", { uid, limit: 40 });
}

/**
 * @param {Page} page
 * @returns {Promise<Message>}
 */
async function newest(page) {
  const { messages } = await shown(page);
  const last = messages.at(-1);
  assert.ok(last !== undefined, "something was said");
  return last;
}

/** @param {Message} message */
const textOf = ({ text }) => text;
