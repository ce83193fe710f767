// Who does a task, with which model, for how long, and what it builds on.

import { Link } from "@tanstack/react-router";
import type { TaskDetail, WhySkipped } from "@/bindings/bindings";
import { Facts } from "@/shared/inspector/Facts";
import { spentInFull, spentWords } from "@/shared/lib/money";
import { Elapsed } from "@/shared/ui/Elapsed";
import { SpendingBar } from "@/shared/ui/SpendingBar";
import type { Task, Workflow } from "@/stores";
import { BudgetButton } from "./budget/BudgetButton";
import { doneBy } from "./graph/graphWords";
import { ModelName } from "./ModelName";
import { endOf, modelsOf } from "./words";

/** The titles of what a task builds on: tasks by their key, expanded steps by the tasks that they became. */
function builtOn(task: Task, tasks: readonly Task[]): string | null {
  const needed = tasks.filter(
    ({ key, step }) => task.needs.includes(key) || task.needs.includes(step),
  );
  return needed.length === 0 ? null : needed.map((each) => each.title).join(", ");
}

/** The facts of a task. */
export function TaskFacts({
  task,
  workflow,
  tasks,
  detail,
}: {
  task: Task;
  workflow: Workflow;
  tasks: readonly Task[];
  detail: TaskDetail | undefined;
}) {
  const models = modelsOf(detail?.calls ?? []);
  return (
    <Facts
      facts={[
        {
          name: "Done by",
          value: task.agent_kind === null ? null : agentOf(task),
        },
        { name: "Kind", value: task.agent_kind === null ? doneBy(task) : null },
        {
          name: "Skipped",
          value: task.status === "skipped" ? SKIPPED[task.skipped ?? "impossible"] : null,
        },
        {
          name: "Model",
          value:
            models.length === 0
              ? null
              : models.map((each) => <ModelName key={each} model={each} />),
        },
        {
          name: "Time",
          value:
            task.started_at === null ? null : <Elapsed from={task.started_at} to={endOf(task)} />,
        },
        {
          name: "Cost",
          value: costs(task) ? <Cost task={task} workflow={workflow} tasks={tasks} /> : null,
        },
        { name: "Answer", value: originOf(task, workflow) },
        { name: "Attempts", value: task.attempt > 1 ? task.attempt : null },
        { name: "Builds on", value: builtOn(task, tasks) },
      ]}
    />
  );
}

/** Where its answer was made, when it was not made here. */
function originOf(task: Task, workflow: Workflow) {
  if (task.status !== "completed") return null;
  if (task.overridden) return "Given by you";
  if (task.reused_from === null) return null;
  const { forked_from: from } = workflow;
  const id = from?.workflow === task.reused_from.workflow ? from.id : null;
  if (id === null || id === undefined) return "Taken over from another workflow";
  return (
    <>
      Taken over from{" "}
      <Link
        to="/workflows/$id"
        params={{ id: String(id) }}
        className="underline decoration-line-strong underline-offset-3"
      >
        workflow {id}
      </Link>
    </>
  );
}

/** Whether a task can cost anything: it spent, it may not spend more, or an agent does it. */
function costs(task: Task): boolean {
  return task.agent_kind !== null || task.budget !== null || spentWords(task.spent) !== null;
}

/** What was spent, of how much where that is limited, and the way to change that. */
function Cost({
  task,
  workflow,
  tasks,
}: {
  task: Task;
  workflow: Workflow;
  tasks: readonly Task[];
}) {
  return (
    <span className="flex flex-wrap items-center gap-x-3">
      <span title={spentInFull(task.spent)}>{spentWords(task.spent) ?? "Nothing"}</span>
      <SpendingBar spent={task.spent} reserved={task.reserved} budget={task.budget} />
      <BudgetButton workflow={workflow} task={task} tasks={tasks} />
    </span>
  );
}

const SKIPPED: Record<WhySkipped, string> = {
  impossible: "What it needs did not end well",
  condition: "Its condition did not hold",
  operator: "By you",
};

const agentOf = (task: Task) => task.agent_name ?? "Not staffed yet";
