/** What is written and not sent yet, by conversation or by the agent that one is to be begun with. */
import { isString, keep, readKept } from "@/shared/lib/keep";
import { keyOfBackend } from "@/stores";

/** Where a message would go. */
export type Place = { conversation: string } | { agent: number };

const keyOf = (place: Place) =>
  keyOfBackend(
    "conversation" in place
      ? `chat.draft.${place.conversation}`
      : `chat.draft.agent-${place.agent}`,
  );

/** What was written for a place. */
export const draftOf = (place: Place): string => readKept(keyOf(place), isString) ?? "";

/** Keeps what is written; empty forgets it. */
export const keepDraft = (place: Place, text: string): void =>
  keep(keyOf(place), text === "" ? undefined : text);
