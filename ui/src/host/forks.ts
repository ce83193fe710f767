/** Forks of workflows, workflows as files, and their replay. All throw `HostError`. */
import type {
  ExportedWorkflow,
  ForkEdit,
  ForkPlanView,
  ImportedWorkflow,
  ReplayPage,
  WorkflowView,
} from "@/bindings/bindings";
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

/** Lets the operator choose where a workflow's file is written; null when nothing was chosen. */
export const placeRun = (name: string): Promise<string | null> =>
  answerOf(() => backend().placeRun(name));

/** Lets the operator choose a workflow's file; null when nothing was chosen. */
export const pickRun = (): Promise<string | null> => answerOf(() => backend().pickRun());

/** Writes an ended workflow with its sub-workflows into a file. */
export const exportWorkflow = (id: number, path: string): Promise<ExportedWorkflow> =>
  answerOf(() => backend().exportWorkflow({ id, path }));

/** Takes in a workflow from a file, as history. */
export const importWorkflow = (path: string): Promise<ImportedWorkflow> =>
  answerOf(() => backend().importWorkflow({ request_key: newRequestKey(), path }));

/** A workflow step by step from its record, a page at a time. */
export const replayWorkflow = (id: number, after: number, limit: number): Promise<ReplayPage> =>
  answerOf(() => backend().replayWorkflow({ id, after, limit }));
