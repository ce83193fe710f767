// Conversations in the real window: asked, answered with sources, stopped, said otherwise, given a file, searched, made a
// workflow of, and still there after the program was killed.

import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { firstStart, runTask, TASK, watchRun } from "./harness/crew.mjs";
import { lookAt, wide } from "./harness/look.mjs";
import { windowTest } from "./harness/test.mjs";
import { until } from "./harness/until.mjs";

/** @typedef {import("./harness/page.mjs").Page} Page */

/** What is said in the long conversation, beside the first message: more than is read at a time. */
const EXCHANGES = 45;

/** Where the messages scroll, and the first of them in view, or the one that is named. */
const PLACE = `
  const box = document.querySelector("section[aria-label=Messages]");
  const place = (id) => {
    const edge = box.getBoundingClientRect().top;
    const items = [...box.querySelectorAll("[data-message]")];
    const item = items.find((one) =>
      id === undefined ? one.getBoundingClientRect().bottom > edge : one.dataset.message === id);
    return { id: item.dataset.message, top: item.getBoundingClientRect().top - edge };
  };
`;

const QUESTION = "What happens to a run when the app is closed?";

windowTest("a conversation with the researcher", async (app) => {
  let page = await app.start();
  await firstStart(page);
  await (await page.byRole("link", { name: "Conversations" })).click();
  await page.byText("Whom do you want to talk to?");
  let found = await lookAt(page, "talk-nobody");
  assert.deepEqual(found, []);
  await wide(page);

  await (await page.byRole("link", { name: /Researcher/ })).click();
  await page.byText("You could ask");
  found = await lookAt(page, "talk-begin");
  assert.deepEqual(found, []);
  await wide(page);

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
  await wide(page);

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

windowTest("a long conversation is read, searched and walked through", async (app) => {
  const page = await app.start();
  await firstStart(page);
  const first = await exchange(page, "The first message names a quince.", null);
  let last = first;
  for (let number = 1; number <= EXCHANGES; number += 1) {
    const words = number === EXCHANGES - 2 ? "a persimmon" : `the number ${number}`;
    last = await exchange(page, `This message names ${words}.`, last);
  }
  const uid = first.conversation.uid;
  await page.go(`/chat/${uid}`);
  await page.byText(`This message names the number ${EXCHANGES}.`);
  await until("the end to be in view", async () => (await reading(page)).left < 80);
  const begun = (await drawn(page)).length;
  assert.ok(begun <= 80, `only a part of it is drawn: ${begun}`);

  // Up to the edge: older messages come, and what is read stays where it is.
  const top = await page.session.execute(`${PLACE} box.scrollTop = 500; return place();`);
  await until("older messages", async () => (await drawn(page)).length > begun);
  const after = await page.session.execute(`${PLACE} return place(arguments[0].id);`, [top]);
  assert.ok(Math.abs(after.top - top.top) < 2, `it moved from ${top.top} to ${after.top}`);

  // What is said meanwhile does not move it either, and is told.
  await exchange(page, "This message comes while you read further up.", last);
  await page.byRole("button", { name: "New messages" });
  await page.settle();
  await page.screenshot("talk-new-messages");
  await (await page.byRole("button", { name: "New messages" })).click();
  await until("the newest message", async () => (await reading(page)).left < 80);

  // A hit far above is gone to and marked, with the keys alone.
  const search = await page.byRole("searchbox", { name: "Search what was said" });
  await search.type("quince");
  await page.byRole("list", { name: "Found messages" });
  await page.press("ArrowDown", "Enter");
  await until("the message that was found", async () =>
    page.session.execute(`
      const item = document.activeElement;
      return item.matches("[data-message]") && item.textContent.includes("quince");
    `),
  );
  const marks = await page.session.execute(`return CSS.highlights?.get("found-words")?.size ?? -1`);
  assert.notEqual(marks, 0, "its words are marked");
  await page.settle();
  await page.screenshot("talk-found");
  const found = await lookAt(page, "talk-long");
  assert.deepEqual(found, []);
  await wide(page);

  // A hit on another branch is shown with its branch.
  const { messages } = await page.ask("get_conversation", { uid, limit: 200 });
  const fork = messages.find(({ text }) => text.includes("the number 5."));
  await page.ask("edit_message", {
    request_key: crypto.randomUUID(),
    uid: fork.uid,
    text: "This message names a medlar.",
  });
  await until("the branch", async () => {
    const now = await page.ask("get_conversation", { uid, limit: 200 });
    return now.messages.length < messages.length && !now.conversation.replying;
  });
  await page.go(`/chat/${uid}`);
  await page.byText("This message names a medlar.");
  const again = await page.byRole("searchbox", { name: "Search what was said" });
  await again.fill("persimmon");
  const list = await page.byRole("list", { name: "Found messages" });
  const hits = await page.allByRole("link", { within: list });
  await hits[0].click();
  await until("the message on the other branch", async () =>
    page.session.execute(`
      const item = document.activeElement;
      return item.matches("[data-message]") && item.textContent.includes("persimmon");
    `),
  );
  const back = await page.ask("get_conversation", { uid, limit: 200 });
  assert.deepEqual(back.messages.map(textOf), messages.map(textOf), "its branch is shown again");
});

windowTest("a task says what it has read", async (app) => {
  const page = await app.start();
  await firstStart(page);
  const id = await runTask(page, TASK);
  await watchRun(page, id);
  const { tasks } = await page.ask("get_workflow", { id });
  const research = tasks.find(({ agent_kind: kind }) => kind === "creator");
  const detail = await page.ask("get_task", { workflow_id: id, task_id: research.id });
  assert.deepEqual(detail.has_read, ["documents"]);
  await page.go(`/workflows/${id}?task=${research.id}`);
  await page.byRole("heading", { name: "Has read" });
  const labels = await page.allByText("From a document");
  assert.ok(labels.length > 0, "calls that read it say so");
  const found = await lookAt(page, "task-origins");
  assert.deepEqual(found, []);
});

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

/**
 * Says something past the interface, as another window would, and waits for the reply.
 * @param {Page} page
 * @param {string} text
 * @param {{ conversation: { uid: string }, reply: { uid: string } } | null} after
 */
async function exchange(page, text, after) {
  const sent = await page.ask("send_message", {
    request_key: crypto.randomUUID(),
    conversation: after?.conversation.uid ?? null,
    agent: 2,
    parent: after?.reply.uid ?? null,
    text,
    files: [],
  });
  await until("the reply", async () => {
    const { conversation } = await page.ask("get_conversation", {
      uid: sent.conversation.uid,
      limit: 1,
    });
    return !conversation.replying;
  });
  return sent;
}

/**
 * The messages in the page.
 * @param {Page} page
 * @returns {Promise<string[]>}
 */
const drawn = (page) =>
  page.session.execute(
    `return [...document.querySelectorAll("[data-message]")].map((item) => item.dataset.message)`,
  );

/**
 * How far the end of the newest message is below the view.
 * @param {Page} page
 * @returns {Promise<{ left: number }>}
 */
const reading = (page) =>
  page.session.execute(`${PLACE}
    const end = [...box.querySelectorAll("[data-message]")].at(-1).getBoundingClientRect().bottom;
    return { left: end - box.getBoundingClientRect().bottom };`);

/** @param {Message} message */
const textOf = ({ text }) => text;
