import { useState } from "react";
import { describeError, pendingRunWish, runTask } from "@/host";
import { formatCount } from "@/shared/lib/format";
import { homeDraft, keepHomeDraft } from "@/shared/lib/homeDraft";

/** The longest task, in characters as the backend counts them (Unicode scalar values). */
export const LONGEST_TASK = 20_000;
/** From here on the length is shown. */
export const NEAR_LIMIT = 18_000;

/** The task that is being written, and the way to run it. */
export function useComposer(onRunning: (workflowId: number) => unknown) {
  const [task, setText] = useState(() => homeDraft() ?? pendingRunWish()?.task ?? "");
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const length = lengthOf(task);

  const setTask = (text: string) => {
    setText(text);
    setProblem(null);
    keepHomeDraft(text);
  };
  const run = async () => {
    if (busy) return;
    const words = task.trim();
    const refused = refusal(words);
    setProblem(refused);
    if (refused !== null) return;
    setBusy(true);
    try {
      const id = await runTask(words);
      setTask("");
      // Otherwise it waits to be sent, which is said above every screen.
      if (id !== null) await onRunning(id);
    } catch (cause) {
      const { message, nextStep } = describeError(cause);
      setProblem(nextStep === null ? message : `${message} ${nextStep}`);
    } finally {
      setBusy(false);
    }
  };
  return { task, setTask, problem, busy, length, run };
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
