// Where the reader is in a conversation. What is written never moves what is being read: a message that was just sent goes
// to the top of the view, and its reply grows below it.

import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";
import type { Message } from "@/stores";

/** Nearer to the end than this counts as the end, in pixels. */
const NEAR = 80;

/** Keeps the place while older messages come in above, and says whether there is more below. */
export function useReadingPlace(box: RefObject<HTMLElement | null>, messages: readonly Message[]) {
  const [below, setBelow] = useState(false);
  const first = messages[0]?.id;
  const last = messages.at(-1)?.id;
  const seen = useRef<{ first: string | undefined; last: string | undefined; height: number }>({
    first: undefined,
    last: undefined,
    height: 0,
  });
  const look = useCallback(() => {
    const element = box.current;
    if (element === null) return;
    // Below the newest message there may be room kept free for its reply; that is nothing to read.
    const end = [...element.querySelectorAll("[data-message]")]
      .at(-1)
      ?.getBoundingClientRect().bottom;
    setBelow(end !== undefined && end - element.getBoundingClientRect().bottom > NEAR);
  }, [box]);
  const toEnd = useCallback(() => {
    const newest = [...(box.current?.querySelectorAll("[data-message]") ?? [])].at(-1);
    newest?.scrollIntoView({ block: "end" });
  }, [box]);

  useLayoutEffect(() => {
    const element = box.current;
    if (element === null || last === undefined) return;
    const before = seen.current;
    if (before.last === undefined) element.scrollTop = element.scrollHeight;
    else if (before.first !== first && before.last === last) {
      element.scrollTop += element.scrollHeight - before.height;
    }
    seen.current = { first, last, height: element.scrollHeight };
    look();
  }, [box, first, last, look]);

  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    element.addEventListener("scroll", look, { passive: true });
    // What is being written grows below the view without anybody scrolling.
    const growth = new ResizeObserver(look);
    growth.observe(element);
    if (element.firstElementChild !== null) growth.observe(element.firstElementChild);
    return () => {
      element.removeEventListener("scroll", look);
      growth.disconnect();
    };
  }, [box, look]);
  return { below, toEnd };
}
