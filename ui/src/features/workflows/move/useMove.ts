// One move from its dialog: what it would mean, how far it is, what came of it.

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type {
  MoveOutcome,
  MoveOutlook,
  MoveProgress,
  MoveSide,
  UnfinishedMove,
} from "@/bindings/bindings";
import { api } from "@/host";
import { switchTo } from "@/shared/backends/switching";
import type { Workflow } from "@/stores";
import type { MoveState } from "./MoveDialog";
import { refreshMoves, useSteerMoves, useUnfinishedMoves } from "./useMoves";

interface Known {
  workflow: Workflow;
  ended: MoveOutcome | undefined;
  progress: MoveProgress | null;
  unfinished: readonly UnfinishedMove[];
}

/** Where a move stands that was begun. One that waits goes on by itself, so what became of it is seen from outside. */
function begun({ workflow, ended, progress, unfinished }: Known): MoveState | null {
  if (ended === undefined) return progress === null ? null : { at: "moving", ...progress };
  if (ended.end === "moved") return { at: "moved" };
  if (ended.end === "stayed") return { at: "called_off" };
  const waiting = unfinished.find(({ uid }) => uid === ended.uid);
  if (waiting !== undefined) return { at: "moving", ...waiting };
  return { at: workflow.moved?.place === "gone" ? "moved" : "called_off" };
}

/** What is known before it begins. */
function ahead(outlook: MoveOutlook | undefined, error: unknown): MoveState {
  if (outlook !== undefined) return { at: "ready", outlook };
  return error === null ? { at: "asking" } : { at: "unasked", error };
}

/** A move of this run to one of these sides; the dialog's state and what it does. */
export function useMove(workflow: Workflow, first: MoveSide) {
  const client = useQueryClient();
  const [to, setTo] = useState(first);
  const [progress, setProgress] = useState<MoveProgress | null>(null);
  const unfinished = useUnfinishedMoves();
  const { callOff } = useSteerMoves();
  const move = useMutation({
    mutationFn: () => api.moveWorkflow(workflow.id, to.id, setProgress),
    // What waits is found among the unfinished from then on.
    onSuccess: () => refreshMoves(client),
  });
  const outlook = useQuery({
    queryKey: ["move-outlook", workflow.id, to.id],
    queryFn: () => api.lookAheadOfMove(workflow.id, to.id),
    gcTime: 0,
    enabled: move.isIdle,
  });

  // Called off too late, it says where the run is.
  const ended = callOff.data ?? move.data;
  const known = { workflow, ended, progress, unfinished: unfinished.data ?? [] };
  const state: MoveState =
    move.error !== null
      ? { at: "failed", error: move.error }
      : (begun(known) ?? ahead(outlook.data, outlook.error));
  const there = ended?.end === "moved" ? ended.workflow : null;
  return {
    to,
    state,
    busy: move.isPending || callOff.isPending,
    problem: callOff.error,
    onTarget: setTo,
    onMove: () => move.mutate(),
    onCallOff: () => {
      if (state.at === "moving") callOff.mutate(state.uid);
    },
    onAgain: () => {
      move.reset();
      setProgress(null);
      void outlook.refetch();
    },
    onOpenThere: () =>
      void switchTo(to.id, there === null ? `/moved/${workflow.uid}` : `/workflows/${there}`),
  };
}
