/** Which backend the window talks to, and the servers that it could talk to instead. */
import { create } from "zustand";
import type { BackendsView, SavedBackend } from "@/bindings/bindings";
import { useConnectionStore } from "./connectionStore";

export interface BackendState extends BackendsView {
  setBackends: (view: BackendsView) => void;
}

export const useBackendStore = create<BackendState>()((set) => ({
  chosen: null,
  backends: [],
  notice: null,
  setBackends: ({ chosen, backends, notice }) => set({ chosen, backends, notice }),
}));

function chosenOf({ chosen, backends }: BackendsView): SavedBackend | null {
  return backends.find(({ id }) => id === chosen) ?? null;
}

/** The server that the window talks to; null for this machine. */
export function chosenServer(): SavedBackend | null {
  return chosenOf(useBackendStore.getState());
}

/** The same for what is drawn. */
export function useServer(): SavedBackend | null {
  return useBackendStore(chosenOf);
}

/** Until when the window knows how things are, while its server can't be reached; null while it can. */
export function useKnownUntil(): number | null {
  const server = useServer();
  const { connected, lastContactAt } = useConnectionStore((state) => state.status);
  return server === null || connected ? null : lastContactAt;
}

/** A key for what is kept of one backend and must not reach another. This machine's is the plain one. */
export function keyOfBackend(key: string): string {
  const { chosen } = useBackendStore.getState();
  return chosen === null ? key : `${key}.${chosen}`;
}
