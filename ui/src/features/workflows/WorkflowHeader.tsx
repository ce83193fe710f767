// The head of a workflow: what it is, where it stands, who is on it, and what can be done with it.

import { ChevronRight } from "lucide-react";
import { useState } from "react";
import { cx } from "@/shared/lib/cx";
import { plural } from "@/shared/lib/format";
import { spentInFull, spentWords, unpricedWords } from "@/shared/lib/money";
import { Button } from "@/shared/ui/Button";
import { Elapsed } from "@/shared/ui/Elapsed";
import { ProgressLine } from "@/shared/ui/ProgressLine";
import { SpendingBar } from "@/shared/ui/SpendingBar";
import { StatusBadge } from "@/shared/ui/StatusBadge";
import { TimeAgo } from "@/shared/ui/TimeAgo";
import { type Task, useAsks, type Workflow } from "@/stores";
import { BudgetButton } from "./budget/BudgetButton";
import { Confined } from "./Confined";
import { DeleteDialog } from "./DeleteDialog";
import { ExportButton } from "./ExportButton";
import { Lineage } from "./Lineage";
import { runSteering } from "./steering";
import type { useWorkflowActions } from "./useWorkflowActions";
import { allowedActions, isFinal, standing } from "./words";

interface Props {
  workflow: Workflow;
  actions: ReturnType<typeof useWorkflowActions>;
}

/** Pause, resume, and the same once more. */
function Steering({ workflow, actions }: Props) {
  const may = runSteering(workflow);
  return (
    <>
      {may.again ? (
        <Button busy={actions.again.isPending} onClick={() => actions.run("again")}>
          Run again
        </Button>
      ) : null}
      {may.pause ? (
        <Button busy={actions.pause.isPending} onClick={() => actions.run("pause")}>
          Pause
        </Button>
      ) : null}
      {may.resume ? (
        <Button
          variant="primary"
          busy={actions.resume.isPending}
          onClick={() => actions.run("resume")}
        >
          Resume
        </Button>
      ) : null}
    </>
  );
}

function Actions({ workflow, actions }: Props) {
  const [asking, setAsking] = useState(false);
  const may = allowedActions(workflow);
  return (
    <div className={cx("flex shrink-0 gap-2", may.remove && "-mr-3")}>
      {may.start ? (
        <Button
          variant="primary"
          busy={actions.start.isPending}
          onClick={() => actions.run("start")}
        >
          Start
        </Button>
      ) : null}
      {/* A failure brings its own Retry, beside what failed. */}
      {may.retry && workflow.failure === null ? (
        <Button busy={actions.retry.isPending} onClick={() => actions.run("retry")}>
          Retry
        </Button>
      ) : null}
      <Steering workflow={workflow} actions={actions} />
      {may.cancel ? (
        <Button busy={actions.cancel.isPending} onClick={() => actions.run("cancel")}>
          Cancel
        </Button>
      ) : null}
      {isFinal(workflow.status) ? <ExportButton workflow={workflow} /> : null}
      {may.remove ? (
        <Button variant="quiet" busy={actions.remove.isPending} onClick={() => setAsking(true)}>
          Delete
        </Button>
      ) : null}
      <DeleteDialog
        workflow={workflow}
        open={asking}
        onClose={() => setAsking(false)}
        onDelete={() => {
          setAsking(false);
          actions.run("remove");
        }}
      />
    </div>
  );
}

/** What was spent, of how much, and the way to change that. What has no known price is said beside the sum. */
function Spending({ workflow, tasks }: { workflow: Workflow; tasks: readonly Task[] }) {
  const { spent, reserved, budget } = workflow;
  const limited = typeof budget?.money === "number";
  const words = limited ? unpricedWords(spent) : spentWords(spent);
  return (
    <>
      <SpendingBar spent={spent} reserved={reserved} budget={budget} />
      {words === null ? null : (
        <span className="tabular" title={spentInFull(spent)}>
          {words}
        </span>
      )}
      <BudgetButton workflow={workflow} task={null} tasks={tasks} />
    </>
  );
}

function Line({ workflow, tasks }: { workflow: Workflow; tasks: readonly Task[] }) {
  const asks = useAsks(workflow.id);
  const { working, tasks_completed: done, tasks_total: total } = workflow;
  return (
    <div className="mt-1.5 flex flex-wrap items-center gap-x-3 gap-y-0.5 text-ink-2">
      <StatusBadge {...standing(workflow, asks)} />
      <Elapsed from={workflow.started_at} to={workflow.completed_at} />
      <span className="tabular">
        {done} of {plural(total, "task")} done
      </span>
      {isFinal(workflow.status) ? (
        <TimeAgo at={workflow.completed_at ?? workflow.created_at} className="text-ink-3" />
      ) : working.length > 0 ? (
        <span className="min-w-0 break-words">At work: {working.join(", ")}</span>
      ) : null}
      <Spending workflow={workflow} tasks={tasks} />
    </div>
  );
}

/** The operator's words in full, where the name does not already say them. */
function WholeTask({ workflow }: { workflow: Workflow }) {
  const text = workflow.description.trim();
  if (text === workflow.name.trim()) return null;
  return (
    <details className="group mt-1">
      <summary className="inline-flex h-6 list-none items-center gap-1 rounded-sm text-note text-ink-3 hover:text-ink">
        <ChevronRight
          className="-ml-0.5 size-3.5 transition-transform group-open:rotate-90"
          aria-hidden="true"
        />
        The whole task
      </summary>
      <p className="mt-1 max-h-50 max-w-[80ch] overflow-y-auto break-words whitespace-pre-wrap text-read">
        {text}
      </p>
    </details>
  );
}

/** Name, state, actions and a thin line of what is done. */
export function WorkflowHeader({
  workflow,
  actions,
  tasks,
  childRuns,
}: Props & { tasks: readonly Task[]; childRuns: readonly Workflow[] }) {
  const ended = isFinal(workflow.status);
  return (
    <header className="shrink-0 px-6 pt-5">
      <div className="flex items-start gap-6">
        <h1
          className="line-clamp-2 min-w-0 flex-1 text-title font-semibold break-words select-text"
          title={workflow.name}
        >
          {workflow.name}
        </h1>
        <Actions workflow={workflow} actions={actions} />
      </div>
      <Line workflow={workflow} tasks={tasks} />
      <Lineage workflow={workflow} tasks={tasks} childRuns={childRuns} />
      <Confined workflow={workflow} />
      <WholeTask workflow={workflow} />
      <ProgressLine
        label="Tasks done"
        done={workflow.tasks_completed}
        total={workflow.tasks_total}
        className={cx("mt-3 transition-opacity", ended && "opacity-0")}
      />
    </header>
  );
}
