// Who does a task, with which model, for how long, and what it builds on.

import type { TaskDetail } from "@/bindings/bindings";
import { Facts } from "@/shared/inspector/Facts";
import { spentInFull, spentWords } from "@/shared/lib/money";
import { Elapsed } from "@/shared/ui/Elapsed";
import { SpendingBar } from "@/shared/ui/SpendingBar";
import type { Task } from "@/stores";
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
  tasks,
  detail,
}: {
  task: Task;
  tasks: readonly Task[];
  detail: TaskDetail | undefined;
}) {
  const models = modelsOf(detail?.calls ?? []);
  return (
    <Facts
      facts={[
        {
          name: "Done by",
          value: task.agent_kind === null ? "Wheelhouse, by rule" : agentOf(task),
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
        { name: "Cost", value: costOf(task) },
        { name: "Attempts", value: task.attempt > 1 ? task.attempt : null },
        { name: "Builds on", value: builtOn(task, tasks) },
      ]}
    />
  );
}

/** What was spent, and beside it the budget where one is set. */
function costOf(task: Task) {
  const words = spentWords(task.spent);
  if (words === null && task.budget === null) return null;
  return (
    <>
      <span title={spentInFull(task.spent)}>{words ?? "Nothing yet"}</span>
      <SpendingBar spent={task.spent} reserved={task.reserved} budget={task.budget} />
    </>
  );
}

const agentOf = (task: Task) => task.agent_name ?? "Not staffed yet";
