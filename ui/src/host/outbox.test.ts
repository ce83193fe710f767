import type { ApiError } from "@/bindings/bindings";
import { useBackendStore, useConnectionStore, useOutboxStore, useQuestionStore } from "@/stores";
import { aQuestion, aServer, aWorkflow } from "@/test/fixtures";
import { answerWith } from "@/test/renderScreen";
import * as api from "./api";
import { closeSent, readOutbox, sendOutbox, takeBack } from "./outbox";
import { pendingRunWish } from "./requestKeys";
import { runTask } from "./runTask";

const connected = (is: boolean) =>
  useConnectionStore.setState(({ status }) => ({
    status: {
      ...status,
      state: is ? "connected" : "reconnecting",
      connected: is,
      lastContactAt: 1,
    },
  }));
const refused = (code: ApiError["code"]): ApiError => ({
  code,
  message: "The question was answered already.",
  details: { field: null, next_step: "Look at its answer." },
});
const words = () => useOutboxStore.getState().waiting.map((each) => each.words);
const sent = () => useOutboxStore.getState().sent;

beforeEach(() => {
  sessionStorage.clear();
  useOutboxStore.setState(useOutboxStore.getInitialState(), true);
  const server = aServer();
  useBackendStore.setState({ chosen: server.id, backends: [server] });
  connected(false);
});
afterEach(() => {
  useBackendStore.setState(useBackendStore.getInitialState(), true);
  useConnectionStore.setState(useConnectionStore.getInitialState(), true);
});

test("answers, tasks and templates wait, once each, and are kept over a reload", async () => {
  answerWith({});
  expect(await runTask("Write a haiku")).toBeNull();
  expect(await api.answerQuestion(aQuestion(), "Both")).toBeNull();
  expect(await api.runTemplate({ uid: "u", title: "Digest" }, { days: 7 }, "key-1")).toBeNull();
  const expected = [
    "Write a haiku",
    "Answer to “Who will use the API: readers, authors or both?”",
    "Run “Digest”",
  ];
  expect(words()).toEqual(expected);
  // The wish is in the outbox alone, so that nothing else sends it a second time.
  expect(pendingRunWish()).toBeUndefined();
  useOutboxStore.setState(useOutboxStore.getInitialState(), true);
  readOutbox();
  expect(words()).toEqual(expected);
});

test("a task that was made of a message is sent as such", async () => {
  answerWith({});
  await runTask("Write it to a.md", "a message");
  const createWorkflow = vi.fn(() => aWorkflow({ id: 12 }));
  answerWith({ createWorkflow, startWorkflow: () => aWorkflow({ id: 12 }) });
  connected(true);
  await sendOutbox();
  expect(createWorkflow).toHaveBeenCalledWith(expect.objectContaining({ made_of: "a message" }));
});

test("each is sent in its order with its own key, and told of", async () => {
  await api.replyToQuestion(aQuestion({ id: 7 }), "approve", { limit: 3 });
  await runTask("Write a haiku");
  const asked: string[] = [];
  const replyToQuestion = vi.fn((request: { id: number }) => {
    asked.push("reply");
    return aQuestion({ id: request.id, status: "answered" });
  });
  const createWorkflow = vi.fn((_request: { request_key: string }) => {
    asked.push("create");
    return aWorkflow({ id: 8 });
  });
  const startWorkflow = vi.fn((_request: { request_key: string }) => {
    asked.push("start");
    return aWorkflow({ id: 8 });
  });
  answerWith({ replyToQuestion, createWorkflow, startWorkflow });
  useQuestionStore.setState({ questions: [aQuestion({ id: 7 })] });
  connected(true);
  await sendOutbox();
  expect(asked).toEqual(["reply", "create", "start"]);
  expect(replyToQuestion).toHaveBeenCalledExactlyOnceWith(
    expect.objectContaining({ id: 7, outcome: "approve", fields: { limit: 3 } }),
  );
  expect(words()).toEqual([]);
  expect(sent().map(({ refusal, workflow }) => [refusal, workflow])).toEqual([
    [null, null],
    [null, 8],
  ]);
  expect(useQuestionStore.getState().questions).toEqual([]);
  closeSent();
  expect(sessionStorage.length).toBe(0);
});

test("a refusal is told with what to do, and the next is sent all the same", async () => {
  await api.answerQuestion(aQuestion(), "Both");
  await runTask("Write a haiku");
  answerWith({
    answerQuestion: () => {
      throw refused("conflict");
    },
    createWorkflow: () => aWorkflow({ id: 8 }),
    startWorkflow: () => aWorkflow({ id: 8 }),
  });
  connected(true);
  await sendOutbox();
  expect(sent().map(({ refusal }) => refusal)).toEqual([
    "The question was answered already. Look at its answer.",
    null,
  ]);
});

test("without an answer it stays, and is sent again under the same key", async () => {
  await runTask("Write a haiku");
  await runTask("Write a sonnet");
  const createWorkflow = vi.fn((_request: { request_key: string }) => {
    if (createWorkflow.mock.calls.length === 1) throw refused("unavailable");
    return aWorkflow({ id: 8 });
  });
  answerWith({ createWorkflow, startWorkflow: () => aWorkflow({ id: 8 }) });
  connected(true);
  await sendOutbox();
  expect(words()).toEqual(["Write a haiku", "Write a sonnet"]);
  expect(createWorkflow).toHaveBeenCalledOnce();
  await sendOutbox();
  expect(words()).toEqual([]);
  const keys = createWorkflow.mock.calls.map(([request]) => request.request_key);
  expect(keys[0]).toBe(keys[1]);
  expect(keys[2]).not.toBe(keys[1]);
});

test("what waits can be taken back, but not while it is being sent", async () => {
  await runTask("Write a haiku");
  await runTask("Write a sonnet");
  const [first, second] = useOutboxStore.getState().waiting;
  takeBack(second?.id ?? "");
  expect(words()).toEqual(["Write a haiku"]);
  useOutboxStore.setState({ sending: first?.id ?? "" });
  takeBack(first?.id ?? "");
  expect(words()).toEqual(["Write a haiku"]);
  // Who sends does so once at a time.
  const createWorkflow = vi.fn();
  answerWith({ createWorkflow });
  await sendOutbox();
  expect(createWorkflow).not.toHaveBeenCalled();
});

test("what waits for one server is never sent to another", async () => {
  await runTask("Write a haiku");
  const other = aServer({ id: "0192ffff-0000-7000-8000-000000000002", name: "Attic" });
  useBackendStore.setState({ chosen: other.id, backends: [aServer(), other] });
  readOutbox();
  expect(words()).toEqual([]);
  useBackendStore.setState({ chosen: aServer().id });
  readOutbox();
  expect(words()).toEqual(["Write a haiku"]);
});
