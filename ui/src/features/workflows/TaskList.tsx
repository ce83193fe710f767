// The live list of a workflow's tasks, under the plan that they come from.

import { useCallback } from "react";
import type { Plan } from "@/bindings/bindings";
import { useListKeys } from "@/shared/hooks/useListKeys";
import { EmptyState } from "@/shared/ui/EmptyState";
import type { Task } from "@/stores";
import { PlanSummary } from "./PlanSummary";
import { TaskRow } from "./TaskRow";

interface Props {
  tasks: readonly Task[];
  plan: Plan | null;
  selectedId: number | null;
  onOpen: (taskId: number) => void;
}

/** Tasks in the order in which they came to be. A plan has few parts, so all rows are in the page. */
export function TaskList({ tasks, plan, selectedId, onOpen }: Props) {
  const { active, setActive } = useListKeys(tasks.length, (index) => {
    const task = tasks[index];
    if (task !== undefined) onOpen(task.id);
  });
  const open = useCallback((task: Task) => onOpen(task.id), [onOpen]);
  const reach = useCallback(
    (task: Task) => setActive(tasks.findIndex((each) => each.id === task.id)),
    [tasks, setActive],
  );
  if (tasks.length === 0) {
    return (
      <EmptyState title="No tasks yet">The first task appears when the workflow starts.</EmptyState>
    );
  }
  return (
    <>
      {plan === null ? null : <PlanSummary plan={plan} />}
      <ul aria-label="Tasks">
        {tasks.map((task, index) => (
          <li key={task.id}>
            <TaskRow
              task={task}
              selected={task.id === selectedId}
              active={index === active}
              onOpen={open}
              onReach={reach}
            />
          </li>
        ))}
      </ul>
    </>
  );
}
