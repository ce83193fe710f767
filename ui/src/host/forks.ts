/** Forks of workflows, and their replay. All throw `HostError`. */
import type { ForkEdit, ForkPlanView, ReplayPage, WorkflowView } from "@/bindings/bindings";
import { newRequestKey } from "./requestKeys";
import { answerOf, backend } from "./transport";

interface TaskName {
  workflow_id: number;
  task_id: number;
}

/** What a fork would do. */
export const planFork = (task: TaskName, edit: ForkEdit): Promise<ForkPlanView> =>
  answerOf(() => backend().planFork({ ...task, edit }));

/** Starts a new workflow from a finished task. `repeat` allows tools that change something outside to be called again. */
export const forkWorkflow = (
  task: TaskName,
  edit: ForkEdit,
  repeat: boolean,
): Promise<WorkflowView> =>
  answerOf(() => backend().forkWorkflow({ request_key: newRequestKey(), ...task, edit, repeat }));

/** A workflow step by step from its record, a page at a time. */
export const replayWorkflow = (id: number, after: number, limit: number): Promise<ReplayPage> =>
  answerOf(() => backend().replayWorkflow({ id, after, limit }));
