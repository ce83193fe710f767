/** Runs that change hands between the backends that this window can reach. All throw `HostError`. */
import { Channel } from "@tauri-apps/api/core";
import type { MoveOutcome, MoveOutlook, MoveProgress, UnfinishedMove } from "@/bindings/bindings";
import { answerOf, backend } from "./transport";

/** Asks both sides what a move would mean; `to` is null for this machine. Changes nothing. */
export const lookAheadOfMove = (workflow: number, to: string | null): Promise<MoveOutlook> =>
  answerOf(() => backend().lookAheadOfMove({ workflow, to }));

/** Moves a run with its sub-workflows, and tells how far it is. Goes on when nobody listens any more. */
export const moveWorkflow = (
  workflow: number,
  to: string | null,
  tell: (progress: MoveProgress) => void,
): Promise<MoveOutcome> =>
  answerOf(() => backend().moveWorkflow({ workflow, to }, new Channel<MoveProgress>(tell)));

/** The moves that are not finished, and what they wait for. */
export const unfinishedMoves = (): Promise<UnfinishedMove[]> =>
  answerOf(() => backend().unfinishedMoves());

/** Tries at once to go on with the moves that wait. */
export const resumeMoves = (): Promise<null> => answerOf(() => backend().resumeMoves());

/** Keeps a run where it was that was to be moved. */
export const callOffMove = (uid: string): Promise<MoveOutcome> =>
  answerOf(() => backend().callOff(uid));

/** The store of this machine, whichever backend the window talks to. */
export const ownStore = (): Promise<string> => answerOf(() => backend().ownStore());

/** The number that a run has on the backend that the window talks to; null where no move tells of it. */
export async function numberOfMoved(uid: string): Promise<number | null> {
  const { arrivals, departures } = await answerOf(() => backend().listMoves({}));
  const found = [...arrivals, ...departures].find(
    ({ workflow, workflow_id }) => workflow === uid && workflow_id !== null,
  );
  return found?.workflow_id ?? null;
}
