// The way to the budget of a run or a task.

import { useState } from "react";
import { type Task, useQuestionsOf, type Workflow } from "@/stores";
import { BudgetDialog } from "./BudgetDialog";

interface Props {
  workflow: Workflow;
  /** The task whose budget it is; null for the workflow's. */
  task: Task | null;
  tasks: readonly Task[];
}

/** Nothing where the budget has no say any more: what is complete, what is history, and what went elsewhere. */
export function BudgetButton({ workflow, task, tasks }: Props) {
  const [open, setOpen] = useState(false);
  const questions = useQuestionsOf(workflow.id);
  const over = workflow.status === "completed" || task?.status === "completed";
  if (over || workflow.imported !== null || workflow.moved !== null) return null;
  const { spent, budget } = task ?? workflow;
  return (
    <>
      <button
        type="button"
        onClick={() => setOpen(true)}
        className="h-6 rounded-sm text-note text-ink-2 underline decoration-line-strong underline-offset-3 hover:text-ink"
      >
        {budget === null ? "Set a budget" : "Change the budget"}
      </button>
      {open ? (
        <BudgetDialog
          workflowId={workflow.id}
          task={task}
          spent={spent}
          budget={budget}
          tasks={tasks}
          asked={questions.some(({ kind }) => kind === "budget_reached")}
          onClose={() => setOpen(false)}
        />
      ) : null}
    </>
  );
}
