/** What the operator does to runs under way, to single tasks and to many runs at once. All throw `HostError`. */
import type {
  Budget,
  BulkAct,
  BulkOutcome,
  QuestionView,
  TaskView,
  Undone,
  WorkflowView,
} from "@/bindings/bindings";
import { isAway } from "./away";
import { putInOutbox } from "./outbox";
import { newRequestKey } from "./requestKeys";
import { answerOf, backend } from "./transport";

/**
 * Answers a question that asks for more than words; its workflow goes on. Null where the answer waits until the server can
 * be reached.
 */
export async function replyToQuestion(
  { id, text }: Pick<QuestionView, "id" | "text">,
  outcome: string | null,
  fields: unknown,
): Promise<QuestionView | null> {
  const requestKey = newRequestKey();
  if (isAway()) {
    const wish = { kind: "reply", question: id, outcome, fields, requestKey } as const;
    putInOutbox(wish, `Answer to “${text}”`);
    return null;
  }
  return answerOf(() =>
    backend().replyToQuestion({ request_key: requestKey, id, outcome, fields }),
  );
}

/** Stops a workflow for a while; what is in flight may end. */
export const pauseWorkflow = (id: number): Promise<WorkflowView> =>
  answerOf(() => backend().pauseWorkflow({ request_key: newRequestKey(), id }));

/** Lets a paused workflow go on. */
export const resumeWorkflow = (id: number): Promise<WorkflowView> =>
  answerOf(() => backend().resumeWorkflow({ request_key: newRequestKey(), id }));

/** Starts a new workflow of the same template version with the same inputs. */
export const runAgain = (id: number): Promise<WorkflowView> =>
  answerOf(() => backend().runAgain({ request_key: newRequestKey(), id }));

interface TaskName {
  workflow_id: number;
  task_id: number;
}

/** Takes up a failed, cancelled or skipped task again. */
export const retryTask = (task: TaskName): Promise<TaskView> =>
  answerOf(() => backend().retryTask({ request_key: newRequestKey(), ...task }));

/** Goes on without a task's answer. */
export const skipTask = (task: TaskName): Promise<TaskView> =>
  answerOf(() => backend().skipTask({ request_key: newRequestKey(), ...task }));

/** Sets a file back to what stood in it before a call wrote it. */
export const undoWrite = (task: TaskName, call: string): Promise<Undone> =>
  answerOf(() => backend().undoWrite({ request_key: newRequestKey(), ...task, call }));

/** Gives a task another answer: a text, a value, or both. */
export const overrideTask = (task: TaskName, text: string, data: unknown): Promise<TaskView> =>
  answerOf(() => backend().overrideTask({ request_key: newRequestKey(), ...task, text, data }));

/** Changes what a task is told or which model does it; null keeps what is there. */
export const editTask = (
  task: TaskName,
  change: { prompt: string | null; model: string | null },
): Promise<TaskView> =>
  answerOf(() => backend().editTask({ request_key: newRequestKey(), ...task, ...change }));

/** Changes what a workflow may spend; with a task, what that task may. */
export const changeBudget = (
  workflowId: number,
  taskId: number | null,
  budget: Budget,
): Promise<WorkflowView> =>
  answerOf(() =>
    backend().changeBudget({
      request_key: newRequestKey(),
      workflow_id: workflowId,
      task_id: taskId,
      budget,
    }),
  );

/** The questions that were answered last, the newest answer first. */
export const listAnsweredQuestions = (limit: number): Promise<QuestionView[]> =>
  answerOf(() => backend().listAnsweredQuestions({ limit }));

/** Does the same to many workflows. Progress comes by `onBulkProgress` under `requestKey`. */
export const bulkWorkflows = (
  requestKey: string,
  act: BulkAct,
  ids: number[],
): Promise<BulkOutcome> =>
  answerOf(() => backend().bulkWorkflows({ request_key: requestKey, act, ids }));
