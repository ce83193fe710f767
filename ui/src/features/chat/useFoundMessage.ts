// Goes to a message that was found: it is brought into what is shown, stands in the middle, has the focus, and its words
// are marked for a moment.

import { useLocation, useSearch } from "@tanstack/react-router";
import { type RefObject, useEffect, useRef, useState } from "react";
import { markWords } from "./markedWords";
import { itemOf } from "./useReadingPlace";

/** Milliseconds for which the words stay marked. */
const MARKED = 6_000;

/** A message to go to. */
export interface Target {
  message: string;
  /** The words that it was found by. */
  words: string;
  /** Names this wish: the same message can be gone to twice. */
  wish: string;
}

/** The message that the address names; null where it names none. */
export function useTarget(): Target | null {
  const search: { message?: string; words?: string } = useSearch({ strict: false });
  const wish = useLocation({ select: ({ state }) => state.__TSR_key ?? "" });
  if (search.message === undefined) return null;
  return { message: search.message, words: search.words ?? "", wish };
}

interface Options {
  target: Target | null;
  /** Whether the message is drawn. */
  there: boolean;
  goTo: (item: Element) => void;
}

/** Goes there once, as soon as the message is drawn. Gives the message that is marked now. */
export function useFoundMessage(
  box: RefObject<HTMLElement | null>,
  { target, there, goTo }: Options,
): string | null {
  const [marked, setMarked] = useState<string | null>(null);
  const done = useRef<string | null>(null);
  const { message, words, wish } = target ?? {};
  useEffect(() => {
    if (message === undefined || wish === undefined || !there || done.current === wish) return;
    const item = box.current === null ? undefined : itemOf(box.current, message);
    if (item === undefined) return;
    done.current = wish;
    goTo(item);
    item.focus({ preventScroll: true });
    setMarked(message);
  }, [box, message, wish, there, goTo]);
  useEffect(() => {
    if (marked === null) return;
    const item = box.current === null ? undefined : itemOf(box.current, marked);
    const unmark = item === undefined ? undefined : markWords(item, words ?? "");
    const timer = setTimeout(() => setMarked(null), MARKED);
    return () => {
      unmark?.();
      clearTimeout(timer);
    };
  }, [box, marked, words]);
  return marked;
}
