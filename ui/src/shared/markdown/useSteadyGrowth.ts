// Growing text that never moves what is being read: its box only ever grows, and the view follows the end
// only while the reader is at the end.

import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef } from "react";

const NEAR_END_PX = 24;

/** The nearest ancestor that scrolls, or null when the page does. */
function scrollParent(element: HTMLElement | null): HTMLElement | null {
  for (let node = element?.parentElement ?? null; node !== null; node = node.parentElement) {
    const { overflowY } = getComputedStyle(node);
    if (overflowY === "auto" || overflowY === "scroll") return node;
  }
  return null;
}

/** Whether the end of what `view` scrolls is in sight. */
function isAtEnd(view: Pick<HTMLElement, "scrollHeight" | "scrollTop" | "clientHeight">): boolean {
  return view.scrollHeight - view.scrollTop - view.clientHeight <= NEAR_END_PX;
}

/** Lets go of a kept height when the box becomes wider or narrower, because its text is then set anew. */
function useReleaseOnWidth(ref: RefObject<HTMLElement | null>, release: () => void): void {
  useEffect(() => {
    const box = ref.current;
    if (box === null) return;
    let width = box.offsetWidth;
    const observer = new ResizeObserver(() => {
      if (box.offsetWidth === width) return;
      width = box.offsetWidth;
      release();
    });
    observer.observe(box);
    return () => observer.disconnect();
  }, [ref, release]);
}

/**
 * Keeps the box of `ref` from shrinking while `growing`, and follows the end of `content` when the reader is there.
 * Starting anew (an empty content) lets the box shrink again.
 */
export function useSteadyGrowth(
  ref: RefObject<HTMLElement | null>,
  content: string,
  growing: boolean,
): void {
  const follows = useRef(false);
  const height = useRef(0);

  const release = useCallback(() => {
    height.current = 0;
    if (ref.current !== null) ref.current.style.minHeight = "";
  }, [ref]);
  useReleaseOnWidth(ref, release);

  useEffect(() => {
    const view = scrollParent(ref.current);
    if (view === null || !growing) return;
    follows.current = isAtEnd(view);
    const onScroll = () => {
      follows.current = isAtEnd(view);
    };
    view.addEventListener("scroll", onScroll, { passive: true });
    return () => view.removeEventListener("scroll", onScroll);
  }, [ref, growing]);

  useLayoutEffect(() => {
    const box = ref.current;
    if (content === "") release();
    if (box === null || content === "" || !growing) return;
    height.current = Math.max(height.current, box.offsetHeight);
    box.style.minHeight = `${height.current}px`;
    const view = follows.current ? scrollParent(box) : null;
    if (view !== null) view.scrollTop = view.scrollHeight;
  }, [ref, content, growing, release]);
}
