// Moves that are not finished, as the shell tells of them: one that goes on is asked for often, what rests is told by facts.

import { type QueryClient, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { api, onFacts } from "@/host";

const QUERY_KEY = ["unfinished-moves"];
/** While one is under way, its steps are to be seen. */
const UNDER_WAY_MS = 1_000;
/** Otherwise only a move that another window began is found this way. */
const RESTING_MS = 30_000;

/** Recorded whenever runs leave, are gone, come or stay. */
const MOVED = "workflows_moved";

/** Asks anew for what a move makes old. */
export async function refreshMoves(client: QueryClient): Promise<void> {
  await Promise.all([
    client.invalidateQueries({ queryKey: QUERY_KEY }),
    client.invalidateQueries({ queryKey: ["workflows"] }),
    client.invalidateQueries({ queryKey: ["workflow-stats"] }),
  ]);
}

/** The moves that are not finished, oldest first. */
export function useUnfinishedMoves() {
  const client = useQueryClient();
  useEffect(
    () =>
      onFacts((kinds) => {
        if (kinds === null || kinds.has(MOVED)) void refreshMoves(client);
      }),
    [client],
  );
  return useQuery({
    queryKey: QUERY_KEY,
    queryFn: api.unfinishedMoves,
    refetchInterval: ({ state }) => ((state.data?.length ?? 0) === 0 ? RESTING_MS : UNDER_WAY_MS),
  });
}

/** What the operator can do about moves that are not finished. */
export function useSteerMoves() {
  const client = useQueryClient();
  const onSuccess = () => refreshMoves(client);
  const callOff = useMutation({ mutationFn: api.callOffMove, onSuccess });
  const again = useMutation({ mutationFn: api.resumeMoves, onSuccess });
  return { callOff, again };
}
