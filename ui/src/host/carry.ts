/** Files that are carried between this machine's disk and the backend. All throw `HostError`. */
import { Channel } from "@tauri-apps/api/core";
import type { CarryProgress, ImportedWorkflow, SavedRun } from "@/bindings/bindings";
import { newRequestKey } from "./requestKeys";
import { answerOf, backend } from "./transport";

/** A file under way. */
export interface Carrying<T> {
  /** What came of it; null where the operator chose no file, or stopped it. */
  done: Promise<T | null>;
  /** Carries it no further. */
  stop: () => Promise<void>;
}

type Tell = (progress: CarryProgress) => void;

function carry<T>(
  begin: (key: string, progress: Channel<CarryProgress>) => Promise<T | null>,
  tell: Tell,
): Carrying<T> {
  const key = newRequestKey();
  return {
    done: begin(key, new Channel<CarryProgress>(tell)),
    stop: async () => {
      await answerOf(() => backend().stopCarrying(key));
    },
  };
}

/** Lets the operator choose where an ended workflow is written on this machine, and writes it. */
export const saveRun = (id: number, name: string, tell: Tell): Carrying<SavedRun> =>
  carry((key, progress) => answerOf(() => backend().saveRun({ id, name, key }, progress)), tell);

/** Lets the operator choose a workflow's file on this machine, and takes it in as history. */
export const openRun = (tell: Tell): Carrying<ImportedWorkflow> =>
  carry(
    (key, progress) =>
      answerOf(() => backend().openRun({ request_key: newRequestKey(), key }, progress)),
    tell,
  );
