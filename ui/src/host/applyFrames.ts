/** Brings frames into the stores: all frames of one go in one change of each store. */
import type { Frame, QuestionView } from "@/bindings/bindings";
import {
  type Agent,
  type Task,
  useAgentStore,
  useStreamStore,
  useThoughtStore,
  useWorkflowStore,
} from "@/stores";
import { openQuestions, useQuestionStore } from "@/stores/questionStore";
import { mergeRows, replaceRows } from "@/stores/rows";
import { type Workflow, withoutWorkflows } from "@/stores/workflowStore";
import { applyConversations } from "./conversations";
import { tellFacts } from "./facts";

interface Rows {
  workflows: Workflow[];
  tasks: Task[];
  agents: Agent[];
  questions: QuestionView[];
  activeWorkflowId: number | null;
}

/** Applies frames in order. */
export function applyFrames(frames: readonly Frame[]): void {
  if (frames.length === 0) return;
  const workflowState = useWorkflowStore.getState();
  const before: Rows = {
    workflows: workflowState.workflows,
    tasks: workflowState.tasks,
    activeWorkflowId: workflowState.activeWorkflowId,
    agents: useAgentStore.getState().agents,
    questions: useQuestionStore.getState().questions,
  };
  const after = frames.reduce(foldFrame, before);
  const { workflows, tasks, activeWorkflowId, agents, questions } = after;
  const fresh = frames.some((frame) => frame.kind === "snapshot");
  const settled = fresh ? { loading: false, error: null } : {};
  useWorkflowStore.setState({ workflows, tasks, activeWorkflowId, ...settled });
  useAgentStore.setState({ agents, ...settled });
  if (questions !== before.questions) useQuestionStore.setState({ questions });
  if (fresh) forgetTextsBut(new Set(tasks.map((task) => task.id)));
  applyConversations(frames);
  tellFacts(frames);
}

/** A snapshot may come from another store, whose tasks have nothing to do with the texts that are here. */
function forgetTextsBut(known: ReadonlySet<number>): void {
  for (const { texts, clear } of [useStreamStore.getState(), useThoughtStore.getState()]) {
    const unknown = Object.keys(texts)
      .map(Number)
      .filter((id) => !known.has(id));
    if (unknown.length > 0) clear(unknown);
  }
}

function foldFrame(rows: Rows, frame: Frame): Rows {
  const next = frame.kind === "snapshot" ? replaced(rows, frame) : merged(rows, frame);
  return frame.removed_workflows.length === 0
    ? next
    : {
        ...next,
        ...withoutWorkflows(next, frame.removed_workflows),
        questions: next.questions.filter(
          (question) => !frame.removed_workflows.includes(question.workflow_id),
        ),
      };
}

function replaced(rows: Rows, frame: Frame): Rows {
  return {
    ...rows,
    workflows: replaceRows(rows.workflows, frame.workflows, "newest"),
    tasks: replaceRows(rows.tasks, frame.tasks, "oldest"),
    agents: replaceRows(rows.agents, frame.agents, "oldest"),
    questions: openQuestions([], frame.questions),
  };
}

function merged(rows: Rows, frame: Frame): Rows {
  return {
    ...rows,
    workflows: mergeRows(rows.workflows, frame.workflows, "newest"),
    tasks: mergeRows(rows.tasks, frame.tasks, "oldest"),
    agents: mergeRows(rows.agents, frame.agents, "oldest"),
    questions: openQuestions(rows.questions, frame.questions),
  };
}
