/** The questions that wait for the operator, oldest first. Answered ones leave. */
import { create } from "zustand";
import { useShallow } from "zustand/react/shallow";
import type { QuestionView } from "@/bindings/bindings";
import { mergeRows, replaceRows } from "./rows";

export type Question = QuestionView;

export interface QuestionState {
  questions: Question[];
  setQuestions: (questions: readonly Question[]) => void;
  applyQuestions: (questions: readonly Question[]) => void;
}

/** What is left open of `rows` after `incoming`. */
export function openQuestions(rows: Question[], incoming: readonly Question[]): Question[] {
  const merged = mergeRows(rows, incoming, "oldest");
  return merged.every(isOpen) ? merged : merged.filter(isOpen);
}

const isOpen = (question: Question) => question.status === "open";

export const useQuestionStore = create<QuestionState>()((set) => ({
  questions: [],
  setQuestions: (questions) =>
    set((state) => ({
      questions: replaceRows(state.questions, questions.filter(isOpen), "oldest"),
    })),
  applyQuestions: (questions) =>
    set((state) => ({ questions: openQuestions(state.questions, questions) })),
}));

/** Whether a workflow waits for the operator. */
export function useAsks(workflowId: number): boolean {
  return useQuestionStore((state) =>
    state.questions.some((question) => question.workflow_id === workflowId),
  );
}

/** The open questions of one workflow. */
export function useQuestionsOf(workflowId: number): Question[] {
  return useQuestionStore(
    useShallow((state) =>
      state.questions.filter((question) => question.workflow_id === workflowId),
    ),
  );
}
