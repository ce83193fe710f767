// What an agent did lately: asked for, and asked for again when its row changes.

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { api } from "@/host";
import type { Agent } from "@/stores";

/** One agent with its latest tasks. */
export function useAgentDetail(agent: Agent) {
  const client = useQueryClient();
  const { id, status, tasks_completed, tasks_failed } = agent;
  const query = useQuery({ queryKey: ["agent", id], queryFn: () => api.getAgent(id) });
  const version = `${status} ${tasks_completed} ${tasks_failed}`;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the version is what tells of new work.
  useEffect(() => {
    void client.invalidateQueries({ queryKey: ["agent", id] });
  }, [client, id, version]);
  return query;
}

/** The kind of an agent as people read it. */
export const KIND_WORDS = {
  driver: "Driver",
  creator: "Creator",
  generator: "Generator",
  specialist: "Specialist",
} as const;
