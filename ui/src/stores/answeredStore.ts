/** Questions that were answered in this window, newest first, so that the operator can look up what they said. */
import { create } from "zustand";
import type { QuestionView } from "@/bindings/bindings";

/** More are let go: the journal of their workflow has them all. */
const KEPT = 20;

export interface AnsweredState {
  answered: QuestionView[];
  addAnswered: (question: QuestionView) => void;
}

export const useAnsweredStore = create<AnsweredState>()((set) => ({
  answered: [],
  addAnswered: (question) =>
    set(({ answered }) => ({
      answered: [question, ...answered.filter((each) => each.id !== question.id)].slice(0, KEPT),
    })),
}));
