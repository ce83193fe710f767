// The trials of an agent, and what begins and stops one.

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { create } from "zustand";
import type { TrialView } from "@/bindings/bindings";
import { api, onFacts } from "@/host";
import type { Agent } from "@/stores";
import { type AgentText, isSame, textOf, useAgentDrafts } from "../drafts";
import { isTrying } from "./trialWords";

const keyOf = (id: number) => ["trials", id] as const;

/** The trials, newest first. While one is at work they are asked for again when something was recorded. */
export function useTrials(id: number) {
  const client = useQueryClient();
  const query = useQuery({ queryKey: keyOf(id), queryFn: () => api.listTrials(id) });
  const atWork = query.data?.some(isTrying) ?? false;
  useEffect(() => {
    if (!atWork) return undefined;
    return onFacts(() => void client.invalidateQueries({ queryKey: keyOf(id) }));
  }, [client, id, atWork]);
  return query;
}

/** Begins a trial with what is written now, be it not saved. */
export function useTry(agent: Agent) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (task: string) => {
      const draft: AgentText | undefined = useAgentDrafts.getState().drafts[agent.id];
      const tried = draft === undefined || isSame(draft, agent) ? null : textOf(draft);
      return api.tryAgent(agent.id, task, tried);
    },
    onSuccess: (trial) => {
      client.setQueryData<TrialView[]>(keyOf(agent.id), (known = []) => [
        trial,
        ...known.filter(({ work }) => work.workflow_id !== trial.work.workflow_id),
      ]);
      // It may have gone on since.
      void client.invalidateQueries({ queryKey: keyOf(agent.id) });
    },
  });
}

/** Stops a trial. */
export function useStopTrial(agent: Agent) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ work }: TrialView) => api.cancelWorkflow(work.workflow_id),
    onSettled: () => void client.invalidateQueries({ queryKey: keyOf(agent.id) }),
  });
}

interface TaskState {
  tasks: Readonly<Record<number, string>>;
  write: (agent: number, task: string) => void;
}

/** Sample tasks as they are written, by agent: looking at another agent loses none. */
export const useSampleTasks = create<TaskState>()((set) => ({
  tasks: {},
  write: (agent, task) => set(({ tasks }) => ({ tasks: { ...tasks, [agent]: task } })),
}));
