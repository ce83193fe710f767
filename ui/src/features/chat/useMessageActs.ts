// What the operator does to messages that are there.

import { useQueryClient } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { chat, describeError } from "@/host";
import { showPart } from "./chatQueries";

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
  const acts = useMemo(() => {
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
    const choose = async (uid: string) => {
      await chat.chooseBranch(uid);
      await showPart(client, conversation, uid);
    };
    return {
      edit: (uid: string, text: string) =>
        act("It was not said otherwise.", () => chat.editMessage(uid, text)),
      regenerate: (uid: string) =>
        act("No other reply was begun.", () => chat.regenerateReply(uid)),
      stop: (uid: string) => act("The reply was not stopped.", () => chat.stopReply(uid)),
      choose: (uid: string) => void act("The other one can't be shown.", () => choose(uid)),
      /** Brings a message into what is shown, be it on another branch. */
      goTo: (uid: string) =>
        void act("The message can't be shown.", async () => {
          if (!(await showPart(client, conversation, uid))) await choose(uid);
        }),
      toNewest: () =>
        act("The newest messages can't be shown.", () => showPart(client, conversation, null)),
    };
  }, [client, conversation]);
  return useMemo(() => ({ ...acts, problem, busy }), [acts, problem, busy]);
}

export type MessageActs = ReturnType<typeof useMessageActs>;
