/** Hands signals to whom they concern. */
import type { Signal } from "@/bindings/bindings";
import { useStreamStore, useThoughtStore, useUiStore, useWorkflowStore } from "@/stores";
import { getTask } from "./api";

export type KnowledgeScan = Extract<Signal, { signal: "knowledge_scan" }>;
type TaskText = Extract<Signal, { signal: "task_text" | "task_thoughts" }>;

const scanListeners = new Set<(scan: KnowledgeScan) => void>();

/** Calls `listener` whenever a scan of the knowledge went on or ended. Gives the function that ends it. */
export function onKnowledgeScan(listener: (scan: KnowledgeScan) => void): () => void {
  scanListeners.add(listener);
  return () => scanListeners.delete(listener);
}

const openListeners = new Set<(workflowId: number) => void>();

/** Calls `listener` when another start of the application handed over a task. Gives the function that ends it. */
export function onOpenWorkflow(listener: (workflowId: number) => void): () => void {
  openListeners.add(listener);
  return () => openListeners.delete(listener);
}

export type BulkProgress = Extract<Signal, { signal: "bulk_progress" }>;

const bulkListeners = new Set<(progress: BulkProgress) => void>();

/** Calls `listener` whenever an act on many workflows went on. Gives the function that ends it. */
export function onBulkProgress(listener: (progress: BulkProgress) => void): () => void {
  bulkListeners.add(listener);
  return () => bulkListeners.delete(listener);
}

/** Text waits here, so that fast writing draws no more often than it is read. */
let waiting: TaskText[] = [];

/** Takes signals in. `schedule` says when text is drawn. */
export function receiveSignals(
  signals: readonly Signal[],
  schedule: (run: () => void) => void,
): void {
  for (const signal of signals) {
    if (signal.signal === "task_text" || signal.signal === "task_thoughts") {
      waiting.push(signal);
      if (waiting.length === 1) schedule(flushTexts);
    } else if (signal.signal === "task_waits") {
      // The row says it too, from its next frame on; nothing is recorded while a task waits in line.
      const { task_id, waits_for } = signal;
      useWorkflowStore.getState().updateTask(task_id, { waits_for });
    } else if (signal.signal === "knowledge_scan") {
      for (const listener of [...scanListeners]) listener(signal);
    } else if (signal.signal === "bulk_progress") {
      for (const listener of [...bulkListeners]) listener(signal);
    } else if (signal.signal === "open_workflow") {
      for (const listener of [...openListeners]) listener(signal.workflow_id);
    } else if (signal.signal === "notice") {
      useUiStore.getState().setNotice(signal.text);
    } else if (signal.signal === "close_requested") {
      useUiStore.getState().setClosing(signal.running);
    }
  }
}

function flushTexts(): void {
  const texts = waiting;
  waiting = [];
  const workflowOf = new Map(texts.map((text) => [text.task_id, text.workflow_id]));
  const answers = texts.filter((text) => text.signal === "task_text");
  const thoughts = texts.filter((text) => text.signal === "task_thoughts");
  const gaps = new Set([
    ...(answers.length === 0 ? [] : useStreamStore.getState().append(answers)),
    ...(thoughts.length === 0 ? [] : useThoughtStore.getState().append(thoughts)),
  ]);
  for (const taskId of gaps) {
    const workflowId = workflowOf.get(taskId);
    if (workflowId !== undefined) void closeGap(workflowId, taskId);
  }
}

/** Fetches what was written so far. The text is only worth seeing now: without an answer it is let go. */
async function closeGap(workflowId: number, taskId: number): Promise<void> {
  const [answer, thoughts] = [useStreamStore.getState(), useThoughtStore.getState()];
  try {
    const { partial } = await getTask(workflowId, taskId);
    answer.resync(taskId, partial);
    thoughts.resync(taskId, partial && { ...partial, text: partial.thoughts ?? "" });
  } catch {
    answer.clear([taskId]);
    thoughts.clear([taskId]);
  }
}
