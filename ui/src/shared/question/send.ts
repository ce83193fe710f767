// Sends what the operator answered, and brings the answer's row into the stores at once.

import type { QuestionView } from "@/bindings/bindings";
import { api } from "@/host";
import { useQuestionStore } from "@/stores";

/** What answers a question with a form. */
export interface QuestionReply {
  outcome: string | null;
  fields: unknown;
}

/** An answer that waits to be sent changes nothing yet; the card says that it waits. */
function taken(question: QuestionView | null): void {
  if (question !== null) useQuestionStore.getState().applyQuestions([question]);
}

/** Answers in words. */
export async function sendAnswer(question: QuestionView, answer: string): Promise<void> {
  taken(await api.answerQuestion(question, answer));
}

/** Answers with the values and the outcome that a form asks for. */
export async function sendReply(question: QuestionView, reply: QuestionReply): Promise<void> {
  taken(await api.replyToQuestion(question, reply.outcome, reply.fields));
}
