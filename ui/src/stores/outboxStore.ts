/** What waits to be sent to a server that can't be reached, and what became of what was sent. */
import { create } from "zustand";

/** A wish that may be sent twice without being carried out twice: each part names itself. */
export type Wish =
  | {
      kind: "task";
      task: string;
      madeOf: string | null;
      createKey: string;
      startKey: string;
    }
  | { kind: "template"; uid: string; inputs: unknown; requestKey: string }
  | { kind: "answer"; question: number; answer: string; requestKey: string }
  | {
      kind: "reply";
      question: number;
      outcome: string | null;
      fields: unknown;
      requestKey: string;
    };

export interface Waiting {
  id: string;
  /** What it is, for people. */
  words: string;
  /** When the operator sent it off, in milliseconds since the Unix epoch. */
  at: number;
  wish: Wish;
}

/** What became of a wish. */
export interface Sent {
  id: string;
  words: string;
  /** Why it was refused; null where it was carried out. */
  refusal: string | null;
  /** The workflow that it began. */
  workflow: number | null;
}

export interface OutboxState {
  /** In the order in which they are sent. */
  waiting: readonly Waiting[];
  /** Oldest first, until the operator closes them. */
  sent: readonly Sent[];
  /** The one that is under way. */
  sending: string | null;
}

export const useOutboxStore = create<OutboxState>()(() => ({
  waiting: [],
  sent: [],
  sending: null,
}));

/** Whether an answer to a question waits to be sent. */
export function useAnswerWaits(question: number): boolean {
  return useOutboxStore((state) =>
    state.waiting.some(
      ({ wish }) => (wish.kind === "answer" || wish.kind === "reply") && wish.question === question,
    ),
  );
}
