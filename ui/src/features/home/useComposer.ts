import { useRef, useState } from "react";
import { describeError, pendingRunWish, runTask } from "@/host";
import { formatCount } from "@/shared/lib/format";
import { type HomeDraft, homeDraft, keepHomeDraft } from "@/shared/lib/homeDraft";

/** The longest task, in characters as the backend counts them (Unicode scalar values). */
export const LONGEST_TASK = 20_000;
/** From here on the length is shown. */
export const NEAR_LIMIT = 18_000;

const NOTHING: HomeDraft = { task: "", madeOf: null };

/**
 * The draft. Words that were made of a message stay so, whatever is changed in them, until nothing of them is left; and they
 * are so again where emptying the field is undone.
 */
function useDraft() {
  const [draft, setDraft] = useState(() => homeDraft() ?? pendingRunWish() ?? NOTHING);
  const left = useRef<string | null>(null);
  const keep = (next: HomeDraft) => {
    setDraft(next);
    keepHomeDraft(next);
  };
  const edit = (task: string, undone: boolean) => {
    left.current = draft.madeOf ?? left.current;
    const madeOf = undone ? left.current : draft.madeOf;
    keep({ task, madeOf: task.trim() === "" ? null : madeOf });
  };
  return { draft, keep, edit };
}

/** The task that is being written, and the way to run it. */
export function useComposer(onRunning: (workflowId: number) => unknown) {
  const { draft, keep, edit } = useDraft();
  const { task, madeOf } = draft;
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const length = lengthOf(task);

  const write = (text: string) => {
    keep({ task: text, madeOf: null });
    setProblem(null);
  };
  const change = (text: string, undone: boolean) => {
    edit(text, undone);
    setProblem(null);
  };
  const run = async () => {
    if (busy) return;
    const words = task.trim();
    const refused = refusal(words);
    setProblem(refused);
    if (refused !== null) return;
    setBusy(true);
    try {
      const id = await runTask(words, madeOf);
      write("");
      // Otherwise it waits to be sent, which is said above every screen.
      if (id !== null) await onRunning(id);
    } catch (cause) {
      const { message, nextStep } = describeError(cause);
      setProblem(nextStep === null ? message : `${message} ${nextStep}`);
    } finally {
      setBusy(false);
    }
  };
  return { task, isMadeOf: madeOf !== null, write, change, problem, busy, length, run };
}

/** Why a task can't be run as it stands. */
function refusal(words: string): string | null {
  if (words === "") return "Write what the crew should do first.";
  const length = lengthOf(words);
  return length > LONGEST_TASK
    ? `The task is ${formatCount(length - LONGEST_TASK)} characters too long. Shorten it, or put the long part into a file and add that to the knowledge.`
    : null;
}

/** Far from the limit the cheap count will do; it is never too small. */
function lengthOf(text: string): number {
  return text.length < NEAR_LIMIT ? text.length : [...text].length;
}
