// What a move is made of for those who draw it, and how it is said. Deliberately absent: who carries it out.

/** A backend as it is named: null is this machine. */
export interface Side {
  id: string | null;
  name: string;
}

/** How it stands in a sentence. */
export const inSentence = ({ id, name }: Side): string => (id === null ? "this machine" : name);

/** What keeps a run where it is. */
export interface Obstacle {
  kind: "ended" | "imported" | "part_of_another" | "stays_here";
  text: string;
  next_step: string;
  /** The run that it is a part of. */
  root: number | null;
}

/** What the other side does not have, and what follows from it. */
export interface Missing {
  kind: string;
  name: string;
  text: string;
  follows: string;
}

/** What a move would mean. */
export interface Outlook {
  obstacles: readonly Obstacle[];
  lacks: readonly Missing[];
  /** Sub-workflows that go along. */
  subWorkflows: number;
  /** The other side has it from before, and takes it up again. */
  known: boolean;
}

/** The steps of a move, in their order. */
export const STEPS = ["finishing", "sending", "handing_over"] as const;

export type MoveStep = (typeof STEPS)[number];

/** How far a move is. */
export interface MoveStanding {
  step: MoveStep;
  /** Bytes that are there, of how many; null before anything was sent. */
  sent: { done: number; bytes: number } | null;
  /** Why it does not go on, where it waits. */
  waitsFor: string | null;
  /** Whether it can still be called off. */
  canCallOff: boolean;
}

/** What each step is called while it is done. */
export const STEP_WORDS: Record<MoveStep, string> = {
  finishing: "Finishing calls in flight",
  sending: "Sending the run",
  handing_over: "Handing over",
};

/** Where a step is, seen from the one that is done now. */
export function placeOf(step: MoveStep, now: MoveStep): "done" | "now" | "later" {
  const [at, current] = [STEPS.indexOf(step), STEPS.indexOf(now)];
  return at < current ? "done" : at === current ? "now" : "later";
}

/** What will happen, in one sentence. */
export function sentenceOf(to: Side, subWorkflows: number): string {
  const along = subWorkflows === 0 ? "" : ", with its sub-workflows,";
  return `The run${along} goes on at ${inSentence(to)} where it stands: journal, open questions, timers and budget go along. Here it stays to be read.`;
}
