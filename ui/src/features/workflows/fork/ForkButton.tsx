// The way into a fork, from a task that has ended.

import { useState } from "react";
import type { TaskDetail } from "@/bindings/bindings";
import { Button } from "@/shared/ui/Button";
import type { Task, Workflow } from "@/stores";
import { canFork } from "./edits";
import { ForkDialog } from "./ForkDialog";

interface Props {
  task: Task;
  workflow: Workflow;
  detail: TaskDetail | undefined;
}

/** Nothing where no fork can begin. */
export function ForkButton(props: Props) {
  const [open, setOpen] = useState(false);
  if (!canFork(props.task)) return null;
  return (
    <div className="mt-3">
      <Button small onClick={() => setOpen(true)} disabled={props.detail === undefined}>
        Fork from here
      </Button>
      {open ? <ForkDialog {...props} onClose={() => setOpen(false)} /> : null}
    </div>
  );
}
