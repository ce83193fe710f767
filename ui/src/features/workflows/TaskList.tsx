// The live list of a workflow's tasks, under the plan that they come from.

import { useCallback, useMemo } from "react";
import type { Plan } from "@/bindings/bindings";
import { useListKeys } from "@/shared/hooks/useListKeys";
import { EmptyState } from "@/shared/ui/EmptyState";
import type { Task } from "@/stores";
import { PlanSummary } from "./PlanSummary";
import { TaskRow } from "./TaskRow";
import { taskRows } from "./taskRows";

interface Props {
  tasks: readonly Task[];
  plan: Plan | null;
  selectedId: number | null;
  onOpen: (taskId: number) => void;
}

/** How far a row stands to the right, by its depth. */
const INDENT = 20;

/** Tasks in working order, what is nested under its container. All rows are in the page. */
export function TaskList({ tasks: given, plan, selectedId, onOpen }: Props) {
  const rows = useMemo(() => taskRows(given), [given]);
  const tasks = useMemo(
    () => rows.flatMap((row) => (row.type === "task" ? [row.task] : [])),
    [rows],
  );
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
        {rows.map((row) => (
          <li key={row.key} style={{ paddingLeft: row.depth * INDENT }}>
            {row.type === "heading" ? (
              <p className="flex h-7 items-center px-3 text-note text-ink-3">{row.title}</p>
            ) : (
              <TaskRow
                task={row.task}
                pass={row.pass}
                selected={row.task.id === selectedId}
                active={row.task === tasks[active]}
                onOpen={open}
                onReach={reach}
              />
            )}
          </li>
        ))}
      </ul>
    </>
  );
}
