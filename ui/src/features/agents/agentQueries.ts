// What is asked about an agent and changed about it. Answers are asked for again when its row changes.

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import type { AgentDetail, AgentGrant } from "@/bindings/bindings";
import { api, toHostError } from "@/host";
import { settingsQuery } from "@/shared/queries";
import { type Agent, useAgentStore } from "@/stores";
import { type AgentDraft, type AgentText, textOf, useAgentDrafts } from "./drafts";

/** One agent with its latest tasks. */
export function useAgentDetail(agent: Agent) {
  const client = useQueryClient();
  const { id } = agent;
  const query = useQuery({ queryKey: ["agent", id], queryFn: () => api.getAgent(id) });
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new row tells of new work, or that it may reach something else.
  useEffect(() => {
    void client.invalidateQueries({ queryKey: ["agent", id] });
  }, [client, id, agent]);
  return query;
}

/** Every version of an agent, newest first. */
export function useAgentVersions({ id, version }: Agent) {
  return useQuery({
    queryKey: ["agent-versions", id, version],
    queryFn: () => api.listAgentVersions(id),
  });
}

/** The model that an agent of this kind uses when it names none; null while that is not known. */
export function useDefaultModel({ kind }: Pick<Agent, "kind">): string | null {
  const { data } = useQuery(settingsQuery);
  return data?.default_models[kind] ?? null;
}

/** Saves a change. When the agent was changed by somebody else meanwhile, its newer row is brought here. */
export function useSaveAgent({ id }: Agent) {
  const addAgent = useAgentStore((state) => state.addAgent);
  const drop = useAgentDrafts((state) => state.drop);
  return useMutation({
    mutationFn: async (draft: AgentDraft) => {
      try {
        return await api.updateAgent({ id, ...textOf(draft), version: draft.version });
      } catch (cause) {
        if (toHostError(cause).code === "conflict") addAgent((await api.getAgent(id)).agent);
        throw cause;
      }
    },
    onSuccess: (agent) => {
      addAgent(agent);
      drop(agent.id);
    },
  });
}

/** Adds a specialist. */
export function useCreateAgent(onAdded: (agent: Agent) => void) {
  const addAgent = useAgentStore((state) => state.addAgent);
  return useMutation({
    mutationFn: (text: AgentText) => api.createAgent(textOf(text)),
    onSuccess: (agent) => {
      addAgent(agent);
      onAdded(agent);
    },
  });
}

/** Adds a specialist that is like this one. */
export function useDuplicateAgent({ id }: Agent, onAdded: (agent: Agent) => void) {
  const addAgent = useAgentStore((state) => state.addAgent);
  return useMutation({
    mutationFn: () => api.duplicateAgent(id),
    onSuccess: (agent) => {
      addAgent(agent);
      onAdded(agent);
    },
  });
}

/** Makes an agent again what it was in an earlier version, as a new version. */
export function useRestoreAgent({ id, version }: Agent) {
  const addAgent = useAgentStore((state) => state.addAgent);
  return useMutation({
    mutationFn: (before: AgentText) => api.updateAgent({ id, version, ...textOf(before) }),
    onSuccess: addAgent,
  });
}

/** Lets an agent reach something with its tools, and nothing else. */
export function useSetGrant({ id }: Agent, onSaved: () => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (set: { revision: number; grant: AgentGrant }) => api.setAgentGrant(id, set),
    onSuccess: (view) => {
      client.setQueryData<AgentDetail>(["agent", id], (known) =>
        known === undefined ? known : { ...known, grant: view },
      );
      onSaved();
    },
  });
}

/** Whose record speaks for retiring them. Asked for again when an agent's row changes: it tells of new work and verdicts. */
export function usePoorRecords() {
  const client = useQueryClient();
  const agents = useAgentStore((state) => state.agents);
  const known = useRef(agents);
  const query = useQuery({ queryKey: ["poor-records"], queryFn: api.listPoorRecords });
  useEffect(() => {
    if (known.current === agents) return;
    known.current = agents;
    void client.invalidateQueries({ queryKey: ["poor-records"] });
  }, [client, agents]);
  return query;
}

/** Retires an agent, or takes it back. */
export function useSetEnabled({ id }: Agent) {
  const addAgent = useAgentStore((state) => state.addAgent);
  return useMutation({
    mutationFn: (enabled: boolean) => api.setAgentEnabled(id, enabled),
    onSuccess: addAgent,
  });
}

/** The kind of an agent as people read it. */
export const KIND_WORDS = {
  driver: "Driver",
  creator: "Creator",
  generator: "Generator",
  specialist: "Specialist",
} as const;
