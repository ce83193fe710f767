/** Hands signals to whom they concern. */
import type { Signal } from "@/bindings/bindings";
import { type TextPiece, useStreamStore, useUiStore } from "@/stores";
import { getTask } from "./api";

export type KnowledgeScan = Extract<Signal, { signal: "knowledge_scan" }>;
type TaskText = Extract<Signal, { signal: "task_text" }>;

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
    if (signal.signal === "task_text") {
      waiting.push(signal);
      if (waiting.length === 1) schedule(flushTexts);
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
  const pieces: TextPiece[] = texts;
  for (const taskId of useStreamStore.getState().append(pieces)) {
    const workflowId = workflowOf.get(taskId);
    if (workflowId !== undefined) void closeGap(workflowId, taskId);
  }
}

/** Fetches what was written so far. The text is only worth seeing now: without an answer it is let go. */
async function closeGap(workflowId: number, taskId: number): Promise<void> {
  const { resync, clear } = useStreamStore.getState();
  try {
    const detail = await getTask(workflowId, taskId);
    resync(taskId, detail.partial);
  } catch {
    clear([taskId]);
  }
}
