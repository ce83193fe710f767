// The way from a warning about a budget to what spends it.

import { Link } from "@tanstack/react-router";
import type { BudgetWarning } from "@/bindings/bindings";

const LOOK = "shrink-0 text-ink underline decoration-line-strong underline-offset-3";

/** Leads to the run, the task, the agent, or to what the day was spent on. */
export function WarningLink({ warning }: { warning: BudgetWarning }) {
  const { workflow_id: workflow, task_id: task, agent_id: agent } = warning;
  if (workflow !== null) {
    return (
      <Link
        to="/workflows/$id"
        params={{ id: String(workflow) }}
        search={task === null ? {} : { tab: "tasks", task }}
        className={LOOK}
      >
        Open workflow {workflow}
      </Link>
    );
  }
  if (agent !== null) {
    return (
      <Link to="/agents" search={{ agent }} className={LOOK}>
        Open the agent
      </Link>
    );
  }
  return (
    <Link to="/spending" className={LOOK}>
      Show spending
    </Link>
  );
}
