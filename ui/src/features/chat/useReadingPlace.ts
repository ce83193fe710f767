// Where the reader is in a conversation. Older and newer messages come in without moving what is being read; at the end the
// view follows what is written, until the reader scrolls away. Kept by hand, because not every webview keeps the place by
// itself where something comes in above.

import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";
import type { Message } from "@/stores";

/** Nearer to the end than this counts as the end, in pixels. */
const NEAR = 80;
/** Milliseconds after a reply was whole in which it still counts as being written: its last lines are drawn then. */
const SETTLES = 1_500;
/** Nearer to an edge than this, more messages are read, in pixels. */
const AHEAD = 600;

/** Messages beyond an edge of what is loaded. */
export interface Beyond {
  more: boolean;
  /** Whether they are being read. */
  busy: boolean;
  /** Whether nothing can be read now, because something of the conversation is being read already. */
  waits: boolean;
  /** Whether they could not be read; then they are only read when asked for. */
  failed: boolean;
  load: () => void;
}

interface Options {
  messages: readonly Message[];
  older: Beyond;
  newer: Beyond;
  /** Whether the newest reply is being written. */
  replying: boolean;
}

const itemsOf = (box: HTMLElement) => [...box.querySelectorAll<HTMLElement>("[data-message]")];

/** The element of a message, where it is drawn. */
export const itemOf = (box: HTMLElement, message: string) =>
  itemsOf(box).find((item) => item.dataset.message === message);

/** Messages in view with their distance from the top of the view. */
function placesOf(box: HTMLElement): Map<string, number> {
  const { top, bottom } = box.getBoundingClientRect();
  const places = new Map<string, number>();
  for (const item of itemsOf(box)) {
    const rect = item.getBoundingClientRect();
    if (rect.bottom > top && rect.top < bottom) {
      places.set(item.dataset.message ?? "", rect.top - top);
    }
  }
  return places;
}

/** How far the end of the newest message is below the view. Room that is kept free for a reply is nothing to read. */
function leftBelow(box: HTMLElement): number {
  const end = itemsOf(box).at(-1)?.getBoundingClientRect().bottom;
  return end === undefined ? 0 : end - box.getBoundingClientRect().bottom;
}

/** Moves the view so that a message which was in it is where it was. */
function restore(box: HTMLElement, places: ReadonlyMap<string, number>): void {
  const { top } = box.getBoundingClientRect();
  for (const item of itemsOf(box)) {
    const before = places.get(item.dataset.message ?? "");
    if (before === undefined) continue;
    box.scrollTop += item.getBoundingClientRect().top - top - before;
    return;
  }
}

/** Keeps the place, reads on at the edges, and says whether there is more below and whether that is new. */
export function useReadingPlace(box: RefObject<HTMLElement | null>, options: Options) {
  const [below, setBelow] = useState(false);
  const [fresh, setFresh] = useState(false);
  const now = useRef(options);
  now.current = options;
  const place = useRef({
    places: new Map<string, number>(),
    top: 0,
    following: true,
    last: undefined as string | undefined,
    /** Whether the newest messages were among those that were drawn last. */
    newest: true,
    writtenAt: Number.NEGATIVE_INFINITY,
  });
  const first = options.messages[0]?.id;
  const last = options.messages.at(-1)?.id;

  const look = useCallback(() => {
    const element = box.current;
    if (element === null) return;
    const { older, newer } = now.current;
    const left = leftBelow(element);
    const atEnd = !newer.more && left <= NEAR;
    const scrolledUp = element.scrollTop < place.current.top;
    if (atEnd) place.current.following = true;
    else if (scrolledUp || newer.more) place.current.following = false;
    place.current.top = element.scrollTop;
    place.current.places = placesOf(element);
    setBelow(!atEnd);
    if (atEnd) setFresh(false);
    // Where nothing is laid out there is no edge to come near to.
    if (element.getBoundingClientRect().height === 0) return;
    const wanted = (beyond: Beyond) => beyond.more && !beyond.waits && !beyond.failed;
    if (element.scrollTop < AHEAD && wanted(older)) older.load();
    else if (left < AHEAD && wanted(newer)) newer.load();
  }, [box]);

  const toEnd = useCallback(() => {
    const element = box.current;
    if (element === null) return;
    element.scrollTop += leftBelow(element);
    place.current.following = true;
    look();
  }, [box, look]);

  /** Goes to the end as soon as the newest messages are there. */
  const follow = useCallback(() => {
    place.current.following = true;
  }, []);

  /** Shows a message in the middle, and leaves the view there. */
  const goTo = useCallback(
    (item: Element) => {
      item.scrollIntoView({ block: "center" });
      place.current.following = false;
      look();
    },
    [look],
  );

  useLayoutEffect(() => {
    const element = box.current;
    if (element === null || first === undefined || last === undefined) return;
    const { places, following, last: before, newest: hadNewest } = place.current;
    const newest = !now.current.newer.more;
    place.current.last = last;
    place.current.newest = newest;
    const isNew = before !== undefined && before !== last;
    if (before === undefined) element.scrollTop = element.scrollHeight;
    else if (isNew && following && newest) element.scrollTop += leftBelow(element);
    else restore(element, places);
    if (isNew && !following && newest && hadNewest) setFresh(true);
    place.current.top = element.scrollTop;
    look();
  }, [box, first, last, look]);

  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    element.addEventListener("scroll", look, { passive: true });
    // What is being written grows below the view without anybody scrolling.
    const growth = new ResizeObserver(() => {
      if (now.current.replying) place.current.writtenAt = performance.now();
      const { following, writtenAt } = place.current;
      const written = performance.now() - writtenAt < SETTLES;
      if (written && following && leftBelow(element) > 0) toEnd();
      else look();
      if (written && !following && leftBelow(element) > NEAR) setFresh(true);
    });
    growth.observe(element);
    if (element.firstElementChild !== null) growth.observe(element.firstElementChild);
    return () => {
      element.removeEventListener("scroll", look);
      growth.disconnect();
    };
  }, [box, look, toEnd]);
  // What was near an edge while something else was being read still is.
  const waits = options.older.waits;
  useEffect(() => {
    if (!waits) look();
  }, [waits, look]);
  return { below, fresh, toEnd, follow, goTo };
}
