// What the workflow screens ask for beside the live rows: plan and report, a task with its calls, pages of
// the list, counts. Live rows tell when an answer has become old.

import {
  keepPreviousData,
  useInfiniteQuery,
  useQuery,
  useQueryClient,
} from "@tanstack/react-query";
import { useEffect, useMemo, useRef } from "react";
import type { TaskDetail, WorkflowDetail } from "@/bindings/bindings";
import { api } from "@/host";
import {
  adoptWorkflow,
  type Task,
  useStreamStore,
  useTasksOf,
  useThoughtStore,
  useWorkflow,
  useWorkflowStore,
  type Workflow,
} from "@/stores";
import { inWorkingOrder } from "./order";
import { GROUP_STATUSES, mergeTasks, type StatusGroup, tasksHere } from "./words";

const PAGE = 100;
const NO_WORKFLOWS: readonly Workflow[] = [];
/** Calls are not rows of their own, so a running task is asked for again in this interval. */
const RUNNING_INTERVAL_MS = 1500;

/** Calls `whenChanged` whenever `value` becomes another one, but not at first. */
function useOnChange(value: string | undefined, whenChanged: () => void): void {
  const before = useRef(value);
  const act = useRef(whenChanged);
  useEffect(() => {
    act.current = whenChanged;
  });
  useEffect(() => {
    const known = before.current;
    before.current = value;
    if (known !== undefined && known !== value) act.current();
  }, [value]);
}

/** What of a workflow's row makes its plan or report another one. */
function versionOf(workflow: Workflow | undefined): string | undefined {
  if (workflow === undefined) return undefined;
  const { status, has_report, tasks_total, tasks_completed, moved } = workflow;
  return `${status} ${has_report} ${tasks_total} ${tasks_completed} ${moved?.place}`;
}

async function readWorkflow(id: number): Promise<WorkflowDetail> {
  const detail = await api.getWorkflow(id);
  adoptWorkflow(detail);
  return detail;
}

/** A workflow: its live rows where there are any, its plan and report as read. */
export function useWorkflowDetail(id: number) {
  const client = useQueryClient();
  const live = useWorkflow(id);
  const liveTasks = useTasksOf(id);
  const queryKey = ["workflow", id];
  const query = useQuery({ queryKey, queryFn: () => readWorkflow(id) });
  useOnChange(versionOf(live), () => void client.invalidateQueries({ queryKey }));

  const read = query.data;
  const all = useMemo(
    () => inWorkingOrder(mergeTasks(liveTasks, read?.tasks ?? [])),
    [liveTasks, read],
  );
  const workflow = live ?? read?.workflow;
  const moved = workflow?.moved ?? null;
  const tasks = useMemo(() => tasksHere({ moved }, all), [moved, all]);
  return {
    workflow,
    tasks,
    plan: read?.plan ?? null,
    report: read?.report ?? null,
    children: read?.children ?? NO_WORKFLOWS,
    output: read?.output ?? null,
    error: query.error,
    refetch: query.refetch,
  };
}

/** Brings what was written before this window listened into the text that is streaming. */
function resume(detail: TaskDetail): TaskDetail {
  const { partial, task } = detail;
  const { texts, resync } = useStreamStore.getState();
  const known = texts[task.id];
  if (partial !== null && (known === undefined || known.attempt < partial.attempt)) {
    resync(task.id, partial);
    useThoughtStore.getState().resync(task.id, { ...partial, text: partial.thoughts ?? "" });
  }
  return detail;
}

/** One task with its prompt, answer and calls. */
export function useTaskDetail(task: Task) {
  const client = useQueryClient();
  const queryKey = ["task", task.workflow_id, task.id];
  const query = useQuery({
    queryKey,
    queryFn: async () => resume(await api.getTask(task.workflow_id, task.id)),
    refetchInterval: task.status === "running" ? RUNNING_INTERVAL_MS : false,
  });
  useOnChange(
    `${task.status} ${task.attempt} ${task.completed_at} ${task.retry_at}`,
    () => void client.invalidateQueries({ queryKey }),
  );
  return query;
}

/** What of all live rows makes a list or a count another one. */
function useListVersion(): string {
  return useWorkflowStore((state) =>
    state.workflows.map(({ id, status, moved }) => `${id}${status}${moved?.place ?? ""}`).join(),
  );
}

/** Pages of workflows, newest first. Rows that are live stand in for rows that were read. */
export function useWorkflowPages(group: StatusGroup, query: string) {
  const client = useQueryClient();
  const pages = useInfiniteQuery({
    queryKey: ["workflows", group, query],
    queryFn: ({ pageParam }) =>
      api.listWorkflows({
        statuses: GROUP_STATUSES[group],
        query,
        before: pageParam,
        limit: PAGE,
      }),
    initialPageParam: null as number | null,
    getNextPageParam: (page) => (page.more ? (page.workflows.at(-1)?.id ?? null) : null),
    placeholderData: keepPreviousData,
  });
  useOnChange(useListVersion(), () => void client.invalidateQueries({ queryKey: ["workflows"] }));

  const live = useWorkflowStore((state) => state.workflows);
  const workflows = useMemo(() => {
    const byId = new Map(live.map((workflow) => [workflow.id, workflow]));
    const read = pages.data?.pages.flatMap((page) => page.workflows) ?? [];
    return read.map((workflow) => byId.get(workflow.id) ?? workflow);
  }, [live, pages.data]);
  return { ...pages, workflows, matching: pages.data?.pages[0]?.matching ?? 0 };
}

/** How many workflows there are, by state. */
export function useWorkflowCounts() {
  const client = useQueryClient();
  const queryKey = ["workflow-stats"];
  const counts = useQuery({ queryKey, queryFn: api.getWorkflowStats });
  useOnChange(useListVersion(), () => void client.invalidateQueries({ queryKey }));
  return counts;
}
