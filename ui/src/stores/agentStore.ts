/** Every agent, as the frames tell of them. What an agent did is asked for and not kept here. */
import { create } from "zustand";
import type { AgentKind, AgentStatus, AgentView } from "@/bindings/bindings";
import { mergeRows, patchRow, replaceRows } from "./rows";

export type Agent = AgentView;

export interface AgentState {
  /** By number, oldest first: the permanent crew stands on top. */
  agents: Agent[];
  selectedAgentId: number | null;
  /** True until the first snapshot. */
  loading: boolean;
  error: string | null;
  setAgents: (agents: Agent[]) => void;
  addAgent: (agent: Agent) => void;
  updateAgent: (id: number, updates: Partial<Agent>) => void;
  updateAgentStatus: (id: number, status: AgentStatus) => void;
  selectAgent: (id: number | null) => void;
  setLoading: (loading: boolean) => void;
  setError: (error: string | null) => void;
  getAgentById: (id: number) => Agent | undefined;
  /** The first agent of a kind. */
  getAgentByType: (kind: AgentKind) => Agent | undefined;
}

export const useAgentStore = create<AgentState>()((set, get) => ({
  agents: [],
  selectedAgentId: null,
  loading: true,
  error: null,
  setAgents: (agents) => set((state) => ({ agents: replaceRows(state.agents, agents, "oldest") })),
  addAgent: (agent) => set((state) => ({ agents: mergeRows(state.agents, [agent], "oldest") })),
  updateAgent: (id, updates) => set((state) => ({ agents: patchRow(state.agents, id, updates) })),
  updateAgentStatus: (id, status) => get().updateAgent(id, { status }),
  selectAgent: (id) => set({ selectedAgentId: id }),
  setLoading: (loading) => set({ loading }),
  setError: (error) => set({ error }),
  getAgentById: (id) => get().agents.find((agent) => agent.id === id),
  getAgentByType: (kind) => get().agents.find((agent) => agent.kind === kind),
}));
