import { renderHook } from "@testing-library/react";
import { act } from "react";
import { aTask, aWorkflow, aWorkflowDetail } from "@/test/fixtures";
import { adoptWorkflow, useTasksOf, useWorkflow, useWorkflowStore } from "./workflowStore";

const store = () => useWorkflowStore.getState();
const first = aWorkflow({ id: 1, status: "completed" });
const second = aWorkflow({ id: 2 });
const GONE = {
  place: "gone" as const,
  move_uid: "0192abcd-0000-7000-8000-000000000001",
  other: "0192abcd-0000-7000-8000-000000000002",
  other_name: "Studio",
  since: first.created_at,
};

beforeEach(() => useWorkflowStore.setState(useWorkflowStore.getInitialState(), true));

test("workflows are newest first, however they come", () => {
  store().setWorkflows([first, second]);
  store().addWorkflow(aWorkflow({ id: 3 }));
  expect(store().workflows.map((workflow) => workflow.id)).toEqual([3, 2, 1]);
});

test("an update changes one row and keeps the identity of the others", () => {
  store().setWorkflows([first, second]);
  store().updateWorkflow(2, { tasks_completed: 4 });
  store().updateWorkflowStatus(2, "waiting");
  expect(store().getWorkflowById(2)).toMatchObject({ tasks_completed: 4, status: "waiting" });
  expect(store().getWorkflowById(1)).toBe(first);
});

test("setting equal rows keeps the list itself", () => {
  store().setWorkflows([first, second]);
  store().setTasks([aTask()]);
  const { workflows, tasks } = store();
  store().setWorkflows([{ ...second }, { ...first }]);
  store().setTasks([aTask()]);
  store().updateWorkflow(1, { name: first.name });
  expect(store().workflows).toBe(workflows);
  expect(store().tasks).toBe(tasks);
});

test("deleting a workflow takes its tasks and its place as the active one", () => {
  store().setWorkflows([first, second]);
  store().setTasks([aTask({ id: 10, workflow_id: 1 }), aTask({ id: 20, workflow_id: 2 })]);
  store().setActiveWorkflow(1);
  expect(store().getActiveWorkflow()).toBe(first);
  store().deleteWorkflow(1);
  expect(store().getWorkflowById(1)).toBeUndefined();
  expect(store().tasks.map((task) => task.id)).toEqual([20]);
  expect(store().activeWorkflowId).toBeNull();
  expect(store().getActiveWorkflow()).toBeUndefined();
});

test("tasks are added, updated and deleted in the order in which they came to be", () => {
  store().setTasks([aTask({ id: 12 }), aTask({ id: 11 })]);
  store().addTask(aTask({ id: 10 }));
  store().updateTask(11, { status: "completed" });
  store().deleteTask(12);
  store().deleteTask(99);
  expect(store().tasks.map((task) => [task.id, task.status])).toEqual([
    [10, "running"],
    [11, "completed"],
  ]);
});

test("tasks are found by workflow", () => {
  store().setTasks([aTask({ id: 10, workflow_id: 1 }), aTask({ id: 20, workflow_id: 2 })]);
  expect(
    store()
      .getTasksByWorkflow(2)
      .map((task) => task.id),
  ).toEqual([20]);
  expect(store().getTasksByWorkflow(9)).toEqual([]);
});

test("statistics count by state, and what another machine holds by itself", () => {
  const statuses = [
    "pending",
    "running",
    "waiting",
    "paused",
    "completed",
    "failed",
    "cancelled",
  ] as const;
  store().setWorkflows([
    ...statuses.map((status, index) => aWorkflow({ id: index + 1, status })),
    aWorkflow({ id: 8, status: "running", moved: GONE }),
  ]);
  expect(store().getWorkflowStats()).toEqual({
    total: 8,
    active: 4,
    moved: 1,
    completed: 1,
    failed: 1,
  });
});

test("an answer that was under way does not overwrite newer rows", () => {
  const newer = aWorkflow({ id: 5, tasks_completed: 6 });
  store().setWorkflows([newer]);
  store().setTasks([aTask({ id: 50, workflow_id: 5, status: "completed" })]);
  adoptWorkflow(
    aWorkflowDetail({
      workflow: aWorkflow({ id: 5, tasks_completed: 1 }),
      tasks: [
        aTask({ id: 50, workflow_id: 5, status: "running" }),
        aTask({ id: 51, workflow_id: 5 }),
      ],
    }),
  );
  expect(store().getWorkflowById(5)).toBe(newer);
  expect(
    store()
      .getTasksByWorkflow(5)
      .map((task) => [task.id, task.status]),
  ).toEqual([
    [50, "completed"],
    [51, "running"],
  ]);
});

test("a hook is drawn again only when its own rows change", () => {
  store().setWorkflows([first, second]);
  store().setTasks([aTask({ id: 10, workflow_id: 1 }), aTask({ id: 20, workflow_id: 2 })]);
  let drawn = 0;
  const { result } = renderHook(() => {
    drawn += 1;
    return { workflow: useWorkflow(1), tasks: useTasksOf(1) };
  });
  act(() => store().updateWorkflow(2, { tasks_completed: 5 }));
  act(() => store().updateTask(20, { attempt: 2 }));
  expect(drawn).toBe(1);
  act(() => store().updateTask(10, { attempt: 2 }));
  expect(drawn).toBe(2);
  expect(result.current.tasks[0]?.attempt).toBe(2);
});
