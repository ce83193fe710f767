// What the operator does to messages that are there.

import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { chat, describeError } from "@/host";

/** What went wrong, in words. */
export interface Problem {
  title: string;
  message: string;
  nextStep: string | null;
}

/** The acts; each tells what went wrong in `problem`. */
export function useMessageActs(conversation: string) {
  const client = useQueryClient();
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  const act = async (title: string, run: () => Promise<unknown>): Promise<boolean> => {
    setProblem(null);
    setBusy(true);
    try {
      await run();
      // Which messages are shown may be others now.
      await client.invalidateQueries({ queryKey: ["conversation", conversation] });
      return true;
    } catch (cause) {
      setProblem({ title, ...describeError(cause) });
      return false;
    } finally {
      setBusy(false);
    }
  };
  return {
    problem,
    busy,
    edit: (uid: string, text: string) =>
      act("It was not said otherwise.", () => chat.editMessage(uid, text)),
    regenerate: (uid: string) => act("No other reply was begun.", () => chat.regenerateReply(uid)),
    stop: (uid: string) => act("The reply was not stopped.", () => chat.stopReply(uid)),
    choose: (uid: string) =>
      void act("The other one can't be shown.", () => chat.chooseBranch(uid)),
  };
}

export type MessageActs = ReturnType<typeof useMessageActs>;
