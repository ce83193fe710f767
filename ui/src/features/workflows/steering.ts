// What the operator may do with a run and with one of its tasks in the state that they are in. The backend decides; this
// only keeps controls from being shown that it would refuse for certain.

import type { TaskView, WorkflowView } from "@/bindings/bindings";
import { isAtRest, isFinal } from "./words";

type Run = Pick<WorkflowView, "status" | "cancelling" | "paused" | "parent" | "moved">;

/** What works on a run beside starting, cancelling, retrying and deleting it. */
export function runSteering(workflow: Run) {
  const underWay = !isAtRest(workflow) && workflow.status !== "pending" && !workflow.cancelling;
  // A sub-workflow is paused with the one that it was started for.
  const own = workflow.parent === null;
  return {
    pause: underWay && own && !workflow.paused,
    resume: underWay && own && workflow.paused,
    again: isFinal(workflow.status) && own,
  };
}

type Steered = Pick<TaskView, "status" | "agent_kind" | "step_kind" | "retry_at">;

/** What works on a task. What has built on it is told when it is tried. */
export function taskSteering(
  task: Steered,
  workflow: Pick<WorkflowView, "status" | "cancelling" | "moved"> &
    Partial<Pick<WorkflowView, "imported">>,
) {
  const steerable =
    (workflow.imported ?? null) === null &&
    workflow.moved === null &&
    workflow.status !== "pending" &&
    workflow.status !== "completed" &&
    !workflow.cancelling;
  const { status } = task;
  const stopped = status === "failed" || status === "cancelled" || status === "skipped";
  const planned = task.step_kind === "plan" || task.step_kind === "staff";
  return {
    retry: steerable && stopped,
    skip: steerable && status !== "completed" && status !== "skipped",
    answer: steerable && status !== "running" && status !== "pending" && !planned,
    edit: steerable && status !== "completed" && task.agent_kind !== null,
  };
}
