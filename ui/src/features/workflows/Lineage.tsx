// Where a workflow comes from and what it started: its template, the workflow above it, those below it.

import { Link } from "@tanstack/react-router";
import type { TaskView, WorkflowView } from "@/bindings/bindings";
import { StatusBadge } from "@/shared/ui/StatusBadge";
import { standing } from "./words";

const LINK =
  "rounded-sm text-ink-2 underline decoration-line-strong underline-offset-3 hover:text-ink";

/** What every piece of work is a run of that one agent does for another. It stands in no list of templates. */
const HELP = "01920000-0000-7000-8000-000000000102";

function ToWorkflow({ id, children }: { id: number; children: string }) {
  return (
    <Link to="/workflows/$id" params={{ id: String(id) }} className={LINK}>
      {children}
    </Link>
  );
}

/** The title of a task that a fork has as its origin had it; its name where it is not here. */
const titleOf = (key: string, tasks: readonly TaskView[]) =>
  tasks.find((task) => task.key === key)?.title ?? key;

/** One quiet line under the head. */
export function Lineage({
  workflow,
  tasks,
  childRuns,
}: {
  workflow: WorkflowView;
  tasks: readonly TaskView[];
  childRuns: readonly WorkflowView[];
}) {
  const { template, parent, forked_from: origin } = workflow;
  return (
    <div className="mt-1 flex flex-wrap items-center gap-x-3 gap-y-0.5 text-note text-ink-3">
      {template.uid === HELP ? (
        <span>An agent asked another one for this in the middle of its work</span>
      ) : (
        <span>
          Template{" "}
          <Link to="/templates/$uid" params={{ uid: template.uid }} className={LINK}>
            {template.name}
          </Link>
          , version {template.version}
        </span>
      )}
      {parent === null ? null : (
        <span>
          Started by{" "}
          {parent.id === null ? (
            "a workflow that is not here any more"
          ) : (
            <ToWorkflow id={parent.id}>{`workflow ${parent.id}`}</ToWorkflow>
          )}
        </span>
      )}
      {origin === null ? null : (
        <span>
          Forked from{" "}
          {origin.id === null ? (
            "a workflow that is not here any more"
          ) : (
            <ToWorkflow id={origin.id}>{`workflow ${origin.id}`}</ToWorkflow>
          )}
          , at “{titleOf(origin.task, tasks)}”
        </span>
      )}
      {workflow.imported === null ? null : (
        <span>Imported: it is history and does not go on, but can be forked</span>
      )}
      {childRuns.length === 0 ? null : (
        <span className="flex flex-wrap items-center gap-x-2">
          Started
          {childRuns.map((child) => (
            <span key={child.id} className="inline-flex items-center gap-1">
              <StatusBadge {...standing(child, true)} iconOnly />
              <ToWorkflow id={child.id}>{child.name}</ToWorkflow>
            </span>
          ))}
        </span>
      )}
    </div>
  );
}
