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

/** What is remembered between two looks. */
interface Kept {
  /** Where the messages in view were. */
  places: ReadonlyMap<string, number>;
  /** How far the view was scrolled. */
  top: number;
  /** Whether the view goes along with what is written at the end. */
  following: boolean;
  /** The last message that was drawn, and whether it was the newest of all. */
  last: string | undefined;
  newest: boolean;
  /** When something was last seen being written. */
  writtenAt: number;
}

/** What the parts of this file share. */
interface Shared {
  box: RefObject<HTMLElement | null>;
  now: RefObject<Options>;
  kept: RefObject<Kept>;
  /** Looks where the reader is, and reads on where an edge is near. */
  look: () => void;
  toEnd: () => void;
  setFresh: (fresh: boolean) => void;
}

/** Reads on where an edge is near. */
function readOn(box: HTMLElement, { older, newer }: Options, left: number): void {
  // Where nothing is laid out there is no edge to come near to.
  if (box.getBoundingClientRect().height === 0) return;
  const wanted = (beyond: Beyond) => beyond.more && !beyond.waits && !beyond.failed;
  if (box.scrollTop < AHEAD && wanted(older)) older.load();
  else if (left < AHEAD && wanted(newer)) newer.load();
}

function useLook(box: Shared["box"], options: Options) {
  const [below, setBelow] = useState(false);
  const [fresh, setFresh] = useState(false);
  const now = useRef(options);
  now.current = options;
  const kept = useRef<Kept>({
    places: new Map(),
    top: 0,
    following: true,
    last: undefined,
    newest: true,
    writtenAt: Number.NEGATIVE_INFINITY,
  });
  const look = useCallback(() => {
    const element = box.current;
    if (element === null) return;
    const { newer } = now.current;
    const left = leftBelow(element);
    const atEnd = !newer.more && left <= NEAR;
    const scrolledUp = element.scrollTop < kept.current.top;
    if (atEnd) kept.current.following = true;
    else if (scrolledUp || newer.more) kept.current.following = false;
    kept.current.top = element.scrollTop;
    kept.current.places = placesOf(element);
    setBelow(!atEnd);
    if (atEnd) setFresh(false);
    readOn(element, now.current, left);
  }, [box]);
  const toEnd = useCallback(() => {
    const element = box.current;
    if (element === null) return;
    element.scrollTop += leftBelow(element);
    kept.current.following = true;
    look();
  }, [box, look]);
  return { box, now, kept, look, toEnd, setFresh, below, fresh };
}

/** Keeps the place when other messages come in, above or below, and when the button above them goes. */
function useSteady({ box, now, kept, look, setFresh }: Shared, { messages, older }: Options) {
  const first = messages[0]?.id;
  const last = messages.at(-1)?.id;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the button takes room, and goes before the messages come
  useLayoutEffect(() => {
    const element = box.current;
    if (element === null || first === undefined || last === undefined) return;
    const { places, following, last: before, newest: hadNewest } = kept.current;
    const newest = !now.current.newer.more;
    kept.current.last = last;
    kept.current.newest = newest;
    const isNew = before !== undefined && before !== last;
    if (before === undefined) element.scrollTop = element.scrollHeight;
    else if (isNew && following && newest) element.scrollTop += leftBelow(element);
    else restore(element, places);
    if (isNew && !following && newest && hadNewest) setFresh(true);
    kept.current.top = element.scrollTop;
    look();
  }, [box, now, kept, first, last, older.more, look, setFresh]);
}

/** Looks again when the reader scrolls and when something grows. */
function useWatch({ box, now, kept, look, toEnd, setFresh }: Shared) {
  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    element.addEventListener("scroll", look, { passive: true });
    // What is being written grows below the view without anybody scrolling.
    const growth = new ResizeObserver(() => {
      if (now.current.replying) kept.current.writtenAt = performance.now();
      const { following, writtenAt } = kept.current;
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
  }, [box, now, kept, look, toEnd, setFresh]);
}

/** Keeps the place, reads on at the edges, and says whether there is more below and whether that is new. */
export function useReadingPlace(box: RefObject<HTMLElement | null>, options: Options) {
  const shared = useLook(box, options);
  const { kept, look, toEnd, below, fresh } = shared;
  /** Goes to the end as soon as the newest messages are there. */
  const follow = useCallback(() => {
    kept.current.following = true;
  }, [kept]);
  /** Shows a message in the middle, and leaves the view there. */
  const goTo = useCallback(
    (item: Element) => {
      item.scrollIntoView({ block: "center" });
      kept.current.following = false;
      look();
    },
    [kept, look],
  );
  useSteady(shared, options);
  useWatch(shared);
  // What was near an edge while something else was being read still is.
  const waits = options.older.waits;
  useEffect(() => {
    if (!waits) look();
  }, [waits, look]);
  return { below, fresh, toEnd, follow, goTo };
}
