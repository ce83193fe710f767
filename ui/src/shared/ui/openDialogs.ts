// How many dialogs are open, for what must not change its form under one.

import { useLayoutEffect, useSyncExternalStore } from "react";

let open = 0;
const listeners = new Set<() => void>();

function count(by: number): void {
  open += by;
  for (const listener of [...listeners]) listener();
}

/** Counts a dialog while it is open. */
export function useCounted(isOpen: boolean): void {
  useLayoutEffect(() => {
    if (!isOpen) return;
    count(1);
    return () => count(-1);
  }, [isOpen]);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Whether any dialog is open. */
export function useAnyDialog(): boolean {
  return useSyncExternalStore(subscribe, () => open > 0);
}
