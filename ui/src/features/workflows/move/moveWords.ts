// What a move is made of for those who draw it, and how it is said. Deliberately absent: who carries it out.

import type { MoveOutlook, MoveSide, MoveStep } from "@/bindings/bindings";
import type { Workflow } from "@/stores";
import { isElsewhere, isFinal } from "../words";

/** The backend in this process. */
export const THIS_MACHINE: MoveSide = { id: null, name: "This machine", known: true };

/** Whether a side is the backend in this process; one that this window is not paired with has no id either. */
const isThisMachine = ({ id, known }: MoveSide): boolean => id === null && known;

/** How it stands in a sentence. */
export const inSentence = (side: MoveSide): string =>
  isThisMachine(side) ? "this machine" : side.name;

/** The steps of a move, in their order. */
export const STEPS = ["finishing", "sending", "handing_over"] as const satisfies MoveStep[];

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
export function sentenceOf(to: MoveSide, { sub_workflows }: MoveOutlook["plan"]): string {
  const along = sub_workflows === 0 ? "" : ", with its sub-workflows,";
  return `The run${along} goes on at ${inSentence(to)} where it stands: journal, open questions, timers and budget go along. Here it stays to be read.`;
}

/**
 * Whether moving a run is offered. What keeps it from moving otherwise is found when it is asked, and then said with the
 * next step.
 */
export function canMove(
  workflow: Pick<Workflow, "status" | "cancelling" | "imported" | "moved">,
): boolean {
  const { status, cancelling, imported } = workflow;
  return !isFinal(status) && !cancelling && imported === null && !isElsewhere(workflow);
}
