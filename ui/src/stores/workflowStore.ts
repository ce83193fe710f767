/**
 * Workflows and tasks, as the frames tell of them: the newest, and every unfinished one with its tasks. Older
 * ones come in when somebody opens them (`adoptWorkflow`); lists over all of them are asked for by page.
 */
import { create } from "zustand";
import { useShallow } from "zustand/react/shallow";
import type {
  TaskView,
  WorkflowDetail,
  WorkflowStats,
  WorkflowStatus,
  WorkflowView,
} from "@/bindings/bindings";
import { dropRow, mergeRows, patchRow, replaceRows } from "./rows";

export type Workflow = WorkflowView;
export type Task = TaskView;

export interface WorkflowState {
  /** Newest first. */
  workflows: Workflow[];
  /** In the order in which they came to be. */
  tasks: Task[];
  activeWorkflowId: number | null;
  /** True until the first snapshot. */
  loading: boolean;
  error: string | null;
  setWorkflows: (workflows: Workflow[]) => void;
  addWorkflow: (workflow: Workflow) => void;
  updateWorkflow: (id: number, updates: Partial<Workflow>) => void;
  updateWorkflowStatus: (id: number, status: WorkflowStatus) => void;
  /** Takes a workflow out, with its tasks. */
  deleteWorkflow: (id: number) => void;
  setActiveWorkflow: (id: number | null) => void;
  setTasks: (tasks: Task[]) => void;
  addTask: (task: Task) => void;
  updateTask: (id: number, updates: Partial<Task>) => void;
  deleteTask: (id: number) => void;
  getTasksByWorkflow: (workflowId: number) => Task[];
  getWorkflowById: (id: number) => Workflow | undefined;
  getActiveWorkflow: () => Workflow | undefined;
  getWorkflowStats: () => WorkflowStats;
}

export const useWorkflowStore = create<WorkflowState>()((set, get) => ({
  workflows: [],
  tasks: [],
  activeWorkflowId: null,
  loading: true,
  error: null,
  setWorkflows: (workflows) =>
    set((state) => ({ workflows: replaceRows(state.workflows, workflows, "newest") })),
  addWorkflow: (workflow) =>
    set((state) => ({ workflows: mergeRows(state.workflows, [workflow], "newest") })),
  updateWorkflow: (id, updates) =>
    set((state) => ({ workflows: patchRow(state.workflows, id, updates) })),
  updateWorkflowStatus: (id, status) => get().updateWorkflow(id, { status }),
  deleteWorkflow: (id) => set((state) => withoutWorkflows(state, [id])),
  setActiveWorkflow: (id) => set({ activeWorkflowId: id }),
  setTasks: (tasks) => set((state) => ({ tasks: replaceRows(state.tasks, tasks, "oldest") })),
  addTask: (task) => set((state) => ({ tasks: mergeRows(state.tasks, [task], "oldest") })),
  updateTask: (id, updates) => set((state) => ({ tasks: patchRow(state.tasks, id, updates) })),
  deleteTask: (id) => set((state) => ({ tasks: dropRow(state.tasks, id) })),
  getTasksByWorkflow: (workflowId) => get().tasks.filter((task) => task.workflow_id === workflowId),
  getWorkflowById: (id) => get().workflows.find((workflow) => workflow.id === id),
  getActiveWorkflow: () => {
    const { activeWorkflowId, getWorkflowById } = get();
    return activeWorkflowId === null ? undefined : getWorkflowById(activeWorkflowId);
  },
  getWorkflowStats: () => workflowStats(get().workflows),
}));

const ACTIVE: ReadonlySet<WorkflowStatus> = new Set(["pending", "running", "waiting", "paused"]);

/** Whether a workflow has not ended and is this backend's to go on with. */
export function isActive({ status, moved }: Pick<Workflow, "status" | "moved">): boolean {
  return moved === null && ACTIVE.has(status);
}

/** Counts workflows by state. */
function workflowStats(workflows: readonly Workflow[]): WorkflowStats {
  const count = (accept: (workflow: Workflow) => boolean) => workflows.filter(accept).length;
  return {
    total: workflows.length,
    active: count(isActive),
    completed: count(({ status }) => status === "completed"),
    failed: count(({ status }) => status === "failed"),
    moved: count(({ status, moved }) => moved !== null && ACTIVE.has(status)),
  };
}

/** The same without some workflows and their tasks. */
export function withoutWorkflows(
  state: Pick<WorkflowState, "workflows" | "tasks" | "activeWorkflowId">,
  ids: readonly number[],
): Pick<WorkflowState, "workflows" | "tasks" | "activeWorkflowId"> {
  const gone = new Set(ids);
  const { activeWorkflowId } = state;
  return {
    workflows: state.workflows.filter((workflow) => !gone.has(workflow.id)),
    tasks: state.tasks.filter((task) => !gone.has(task.workflow_id)),
    activeWorkflowId:
      activeWorkflowId !== null && gone.has(activeWorkflowId) ? null : activeWorkflowId,
  };
}

/**
 * Takes in what was asked for about one workflow. Rows that are here already stay as they are: frames bring
 * every change in order, so an answer that was under way can only be older.
 */
export function adoptWorkflow(detail: WorkflowDetail): void {
  useWorkflowStore.setState((state) => {
    const known = new Set(state.tasks.map((task) => task.id));
    const knowsWorkflow = state.workflows.some((row) => row.id === detail.workflow.id);
    return {
      workflows: knowsWorkflow
        ? state.workflows
        : mergeRows(state.workflows, [detail.workflow], "newest"),
      tasks: mergeRows(
        state.tasks,
        detail.tasks.filter((task) => !known.has(task.id)),
        "oldest",
      ),
    };
  });
}

/** One workflow; drawn again only when that row changes. */
export function useWorkflow(id: number): Workflow | undefined {
  return useWorkflowStore((state) => state.workflows.find((workflow) => workflow.id === id));
}

/** The tasks of one workflow; drawn again only when one of those rows changes. */
export function useTasksOf(workflowId: number): Task[] {
  return useWorkflowStore(
    useShallow((state) => state.tasks.filter((task) => task.workflow_id === workflowId)),
  );
}
