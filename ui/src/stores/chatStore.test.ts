import { aMessage } from "@/test/fixtures";
import { type Message, messageOf, updateMessages, useChatStore } from "./chatStore";

const store = () => useChatStore.getState();
const uid = (number: number) => `0192aaaa-0000-7000-8000-${String(number).padStart(12, "0")}`;
const message = (number: number, agentId = 1): Message =>
  messageOf(agentId, aMessage({ uid: uid(number), text: `Message ${number}` }));

beforeEach(() => useChatStore.setState(useChatStore.getInitialState(), true));

test("messages are added by agent, each once", () => {
  store().addMessage(1, message(1));
  store().addMessages(1, [message(1), message(2)]);
  store().addMessage(2, message(3, 2));
  expect(
    store()
      .getMessages(1)
      .map((each) => each.id),
  ).toEqual([uid(1), uid(2)]);
  expect(
    store()
      .getMessages(2)
      .map((each) => each.id),
  ).toEqual([uid(3)]);
});

test("adding what is there already changes nothing", () => {
  store().addMessage(1, message(1));
  const before = store().messagesByAgent;
  store().addMessages(1, [message(1)]);
  expect(store().messagesByAgent).toBe(before);
});

test("messages are replaced and cleared", () => {
  store().addMessages(1, [message(1), message(2)]);
  store().addMessage(2, message(3, 2));
  store().setMessages(1, [message(9)]);
  expect(store().getMessages(1)).toEqual([message(9)]);
  store().clearMessages(1);
  expect(store().getMessages(1)).toEqual([]);
  expect(store().getMessages(2)).toHaveLength(1);
  store().clearAllMessages();
  expect(store().messagesByAgent).toEqual({});
});

test("an agent without messages always gives the same empty list", () => {
  expect(store().getMessages(7)).toBe(store().getMessages(8));
});

test("typing is told by agent", () => {
  store().setTyping(1, true);
  const before = store().typingAgents;
  store().setTyping(1, true);
  expect(store().typingAgents).toBe(before);
  expect(store().isAgentTyping(1)).toBe(true);
  store().setTyping(1, false);
  expect(store().isAgentTyping(1)).toBe(false);
});

test("connection and error are plain", () => {
  store().setConnected(true);
  store().setError("Lost.");
  expect(store()).toMatchObject({ connected: true, error: "Lost." });
});

test("what is shown follows what the backend tells, and nothing else is touched", () => {
  store().addMessages(1, [message(1), message(2)]);
  store().addMessage(2, message(3, 2));
  const other = store().messagesByAgent[2];
  updateMessages([aMessage({ uid: uid(2), text: "Newer" }), aMessage({ uid: uid(9) })]);
  expect(
    store()
      .getMessages(1)
      .map((each) => each.content),
  ).toEqual(["Message 1", "Newer"]);
  expect(store().messagesByAgent[2]).toBe(other);
});
