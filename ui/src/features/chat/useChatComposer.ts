// The message that is being written, and the way to send it.

import { useRef, useState } from "react";
import type { SentMessage } from "@/bindings/bindings";
import { chat, describeError, newRequestKey } from "@/host";
import { formatCount } from "@/shared/lib/format";
import { draftOf, keepDraft, type Place } from "./drafts";
import { useAttachments } from "./useAttachments";

const LONGEST = 20_000;

interface Options {
  place: Place;
  agentId: number;
  /** The reply that the message follows. */
  parent: string | null;
  onSent: (sent: SentMessage) => unknown;
}

/** Why a message can't be sent as it stands. */
function refusal(words: string): string | null {
  if (words === "") return "Write something first.";
  const over = [...words].length - LONGEST;
  return over > 0
    ? `The message is ${formatCount(over)} characters too long. Shorten it, or attach the long part as a file.`
    : null;
}

/** The text, what is wrong with it, and what sends it. The text is kept until it is sent. */
export function useChatComposer({ place, agentId, parent, onSent }: Options) {
  const [text, setWords] = useState(() => draftOf(place));
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const attachments = useAttachments();
  // The same wish until there is an answer: what was not answered may have been said.
  const key = useRef<string | null>(null);

  const setText = (words: string) => {
    setWords(words);
    setProblem(null);
    key.current = null;
    keepDraft(place, words);
  };
  const send = async (words = text.trim()) => {
    if (busy) return;
    const refused = refusal(words);
    setProblem(refused);
    if (refused !== null) return;
    setBusy(true);
    key.current ??= newRequestKey();
    try {
      const sent = await chat.sendMessage({
        request_key: key.current,
        conversation: "conversation" in place ? place.conversation : null,
        agent: agentId,
        parent,
        text: words,
        files: await attachments.send(),
      });
      setText("");
      attachments.clear();
      await onSent(sent);
    } catch (cause) {
      const { message, nextStep } = describeError(cause);
      setProblem(nextStep === null ? message : `${message} ${nextStep}`);
    } finally {
      setBusy(false);
    }
  };
  return { text, setText, problem, busy, send, attachments };
}
