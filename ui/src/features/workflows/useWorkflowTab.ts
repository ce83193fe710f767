// Which tab is shown. What the operator chose stays; otherwise a run shows its tasks and a finished one its
// report. Somebody who has a task open while the report arrives is not moved, but told.

import { useNavigate, useSearch } from "@tanstack/react-router";
import type { Workflow } from "@/stores";

export const TABS = ["tasks", "report", "graph", "timeline", "journal", "replay"] as const;
export type WorkflowTab = (typeof TABS)[number];

interface Search {
  task?: number;
  tab?: string;
}

/** The tab that is shown, given what was chosen. */
function tabFor(search: Search, hasReport: boolean): WorkflowTab {
  const chosen = TABS.find((tab) => tab === search.tab);
  if (chosen !== undefined) return chosen;
  return hasReport && search.task === undefined ? "report" : "tasks";
}

/** Tab and selected task of the workflow's screen, kept in its address. */
export function useWorkflowPlace(workflow: Pick<Workflow, "id" | "has_report"> | undefined) {
  const search: Search = useSearch({ strict: false });
  const navigate = useNavigate();
  const hasReport = workflow?.has_report ?? false;
  const go = (next: Search) => {
    const params = { id: String(workflow?.id ?? 0) };
    void navigate({ to: "/workflows/$id", params, search: next, replace: true });
  };
  const { task, tab: chosen } = search;
  const withTab = chosen === undefined ? {} : { tab: chosen };
  return {
    tab: tabFor(search, hasReport),
    taskId: task ?? null,
    /** The report came while the operator was reading a task. */
    reportWaits: hasReport && chosen === undefined && task !== undefined,
    showTab: (tab: WorkflowTab) => go({ ...(task === undefined ? {} : { task }), tab }),
    showTask: (id: number) => go({ ...withTab, task: id }),
    closeTask: () => go(withTab),
  };
}
