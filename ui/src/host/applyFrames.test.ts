import type { Frame } from "@/bindings/bindings";
import { useAgentStore, useQuestionStore, useStreamStore, useWorkflowStore } from "@/stores";
import { anAgent, aQuestion, aTask, aWorkflow } from "@/test/fixtures";
import { applyFrames } from "./applyFrames";

const frame = (over: Partial<Frame>): Frame => ({
  subscription: 1,
  store: "0192eeee-0000-7000-8000-000000000001",
  epoch: 0,
  kind: "changes",
  from: 1,
  to: 2,
  workflows: [],
  tasks: [],
  agents: [],
  questions: [],
  removed_workflows: [],
  events: [],
  ...over,
});

beforeEach(() => {
  useWorkflowStore.setState(useWorkflowStore.getInitialState(), true);
  useAgentStore.setState(useAgentStore.getInitialState(), true);
  useQuestionStore.getState().setQuestions([]);
  useStreamStore.getState().clear();
});

test("a snapshot replaces everything and ends the loading", () => {
  useWorkflowStore.getState().addWorkflow(aWorkflow({ id: 99 }));
  applyFrames([
    frame({
      kind: "snapshot",
      workflows: [aWorkflow({ id: 1 })],
      tasks: [aTask({ id: 10, workflow_id: 1 })],
      agents: [anAgent({ id: 1 })],
      questions: [aQuestion({ id: 3 })],
    }),
  ]);
  expect(useWorkflowStore.getState().workflows.map((row) => row.id)).toEqual([1]);
  expect(useWorkflowStore.getState().loading).toBe(false);
  expect(useAgentStore.getState()).toMatchObject({ loading: false, error: null });
  expect(useQuestionStore.getState().questions.map((row) => row.id)).toEqual([3]);
});

test("several frames make one change of each store, the later row wins", () => {
  applyFrames([
    frame({ kind: "snapshot", workflows: [aWorkflow({ id: 1 }), aWorkflow({ id: 2 })] }),
  ]);
  const untouched = useWorkflowStore.getState().getWorkflowById(2);
  const changed = vi.fn();
  const stop = useWorkflowStore.subscribe(changed);
  applyFrames([
    frame({ workflows: [aWorkflow({ id: 1, tasks_completed: 3 })] }),
    frame({ workflows: [aWorkflow({ id: 1, tasks_completed: 4 })], tasks: [aTask({ id: 7 })] }),
  ]);
  stop();
  expect(changed).toHaveBeenCalledTimes(1);
  expect(useWorkflowStore.getState().getWorkflowById(1)?.tasks_completed).toBe(4);
  expect(useWorkflowStore.getState().getWorkflowById(2)).toBe(untouched);
});

test("a removed workflow goes with its tasks and questions", () => {
  applyFrames([
    frame({
      kind: "snapshot",
      workflows: [aWorkflow({ id: 1 })],
      tasks: [aTask({ id: 10, workflow_id: 1 })],
      questions: [aQuestion({ id: 3, workflow_id: 1 })],
    }),
    frame({ removed_workflows: [1] }),
  ]);
  expect(useWorkflowStore.getState()).toMatchObject({ workflows: [], tasks: [] });
  expect(useQuestionStore.getState().questions).toEqual([]);
});

test("a snapshot forgets texts of tasks that it does not know", () => {
  useStreamStore.getState().append([
    { task_id: 10, attempt: 1, offset: 0, text: "kept" },
    { task_id: 11, attempt: 1, offset: 0, text: "gone" },
  ]);
  applyFrames([frame({ kind: "snapshot", tasks: [aTask({ id: 10 })] })]);
  expect(Object.keys(useStreamStore.getState().texts)).toEqual(["10"]);
});

test("an answered question leaves", () => {
  applyFrames([frame({ kind: "snapshot", questions: [aQuestion({ id: 3 })] })]);
  applyFrames([frame({ questions: [aQuestion({ id: 3, status: "answered" })] })]);
  expect(useQuestionStore.getState().questions).toEqual([]);
});
