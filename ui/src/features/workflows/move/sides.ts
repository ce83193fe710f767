// The backends that a run can be moved to, and the one that it went to.

import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { MovedView, MoveSide } from "@/bindings/bindings";
import { api } from "@/host";
import { useBackendStore, useServer } from "@/stores";
import { THIS_MACHINE } from "./moveWords";

/** Where the runs of this backend can go: this machine, and the servers that take more than looks. Often nowhere. */
export function useTargets(): readonly MoveSide[] {
  const from = useServer();
  const backends = useBackendStore((state) => state.backends);
  return useMemo(() => {
    // Who may only look can't let a run go either.
    if (from?.looks_only) return [];
    const servers = backends
      .filter(({ id, looks_only }) => id !== from?.id && !looks_only)
      .map(({ id, name }) => ({ id, name, known: true }));
    return from === null ? servers : [THIS_MACHINE, ...servers];
  }, [from, backends]);
}

/** The backend that a run went to, as this window knows it. */
export function useSideOf({ other, other_name: name }: MovedView): MoveSide {
  const chosen = useBackendStore((state) => state.chosen);
  const backends = useBackendStore((state) => state.backends);
  // Where the window talks to this machine, the other one is never this machine.
  const own = useQuery({
    queryKey: ["own-store"],
    queryFn: api.ownStore,
    staleTime: Number.POSITIVE_INFINITY,
    enabled: chosen !== null,
  });
  const saved = backends.find(({ store }) => store === other);
  if (saved !== undefined) return { id: saved.id, name: saved.name, known: true };
  return chosen !== null && own.data === other ? THIS_MACHINE : { id: null, name, known: false };
}
