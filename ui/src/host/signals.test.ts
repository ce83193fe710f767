import type { Signal } from "@/bindings/bindings";
import { useStreamStore, useThoughtStore, useUiStore, useWorkflowStore } from "@/stores";
import { aTask, aTaskDetail } from "@/test/fixtures";
import { onKnowledgeScan, receiveSignals } from "./signals";
import { type Backend, setBackend } from "./transport";

const text = (offset: number, words: string): Signal => ({
  signal: "task_text",
  workflow_id: 12,
  task_id: 101,
  attempt: 1,
  offset,
  text: words,
});
const textOf = () => useStreamStore.getState().texts[101]?.text;

beforeEach(() => useStreamStore.getState().clear());

test("text is drawn once per picture", () => {
  const pictures: (() => void)[] = [];
  receiveSignals([text(0, "One ")], (run) => pictures.push(run));
  receiveSignals([text(4, "two")], (run) => pictures.push(run));
  expect(pictures).toHaveLength(1);
  expect(textOf()).toBeUndefined();
  pictures[0]?.();
  expect(textOf()).toBe("One two");
});

test("a gap is closed with what the backend has", async () => {
  const getTask = vi.fn(async () => ({
    status: "ok" as const,
    data: aTaskDetail({ partial: { attempt: 1, text: "One two " } }),
  }));
  const restore = setBackend({ getTask } as unknown as Backend);
  receiveSignals([text(8, "three")], (run) => run());
  await vi.waitFor(() => expect(textOf()).toBe("One two three"));
  expect(getTask).toHaveBeenCalledTimes(1);
  restore();
});

test("a gap that can't be closed lets the text go", async () => {
  const restore = setBackend({
    getTask: () => Promise.reject(new Error("gone")),
  } as unknown as Backend);
  receiveSignals([text(8, "three")], (run) => run());
  await vi.waitFor(() => expect(textOf()).toBeUndefined());
  restore();
});

test("scans and the wish to close reach whom they concern", () => {
  const heard = vi.fn();
  const stop = onKnowledgeScan(heard);
  const scan: Signal = {
    signal: "knowledge_scan",
    source_id: 1,
    done: 3,
    total: 9,
    finished: false,
  };
  receiveSignals([scan, { signal: "close_requested", running: 2 }], (run) => run());
  stop();
  receiveSignals([scan], (run) => run());
  expect(heard).toHaveBeenCalledTimes(1);
  expect(useUiStore.getState().closing).toBe(2);
});

test("thoughts grow apart from the answer", () => {
  useThoughtStore.getState().clear();
  const thought = (offset: number, words: string): Signal => ({
    signal: "task_thoughts",
    workflow_id: 12,
    task_id: 101,
    attempt: 1,
    offset,
    text: words,
  });
  const signals = [thought(0, "Hm, "), text(0, "Yes"), thought(4, "let me see.")];
  receiveSignals(signals, (run) => run());
  expect(useThoughtStore.getState().texts[101]?.text).toBe("Hm, let me see.");
  expect(textOf()).toBe("Yes");
});

test("why a task waits stands in its row until it goes on", () => {
  useWorkflowStore.setState({ tasks: [aTask({ id: 101 })] });
  const waits = () => useWorkflowStore.getState().tasks[0]?.waits_for;
  const wait = { provider: "far", model: "far/big", why: "busy" as const, until: null };
  const signal = { signal: "task_waits" as const, workflow_id: 12, task_id: 101 };
  receiveSignals([{ ...signal, waits_for: wait }], (run) => run());
  expect(waits()).toEqual(wait);
  receiveSignals([{ ...signal, waits_for: null }], (run) => run());
  expect(waits()).toBeNull();
});
