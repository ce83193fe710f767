// The ways into a fork: from a task that has ended, and from where a failure says that it began.

import { useState } from "react";
import type { Failure } from "@/bindings/bindings";
import { Button } from "@/shared/ui/Button";
import type { Task, Workflow } from "@/stores";
import { canFork, type EditKind } from "./edits";
import { ForkDialog } from "./ForkDialog";

interface Props {
  task: Task;
  workflow: Workflow;
  /** Every task of the workflow. */
  tasks: readonly Task[];
  words?: string;
  first?: EditKind;
  primary?: boolean;
}

/** Opens the fork's dialog. Nothing where no fork can begin. */
export function ForkButton({
  task,
  workflow,
  tasks,
  words = "Fork from here",
  first = "again",
  primary = false,
}: Props) {
  const [open, setOpen] = useState(false);
  if (!canFork(task)) return null;
  return (
    <>
      <Button small variant={primary ? "primary" : "secondary"} onClick={() => setOpen(true)}>
        {words}
      </Button>
      {open ? (
        <ForkDialog
          task={task}
          workflow={workflow}
          tasks={tasks}
          first={first}
          onClose={() => setOpen(false)}
        />
      ) : null}
    </>
  );
}

/** The task that a failure names as the one to fork from, where it is one of these and can be. */
export function forkableFrom(failure: Failure | null, tasks: readonly Task[]): Task | undefined {
  const key = failure?.fork_from?.task;
  return tasks.find((task) => task.key === key && canFork(task));
}

/** The way on that a failure offers which trying again does not mend. Nothing where it offers none. */
export function ForkFromThere({
  failure,
  tasks,
  workflow,
}: {
  failure: Failure | null;
  tasks: readonly Task[];
  workflow: Workflow;
}) {
  const task = forkableFrom(failure, tasks);
  if (task === undefined) return null;
  return (
    <ForkButton
      task={task}
      workflow={workflow}
      tasks={tasks}
      words="Fork from there"
      first="prompt"
      primary
    />
  );
}
