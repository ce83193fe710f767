/**
 * Changes of agents that are written but not saved. They outlive the inspector, so that closing it, or looking
 * at another agent, loses nothing.
 */
import { create } from "zustand";
import type { AgentVersion, AgentView } from "@/bindings/bindings";
import { sameTools } from "./toolWords";

/** What of an agent can be changed. */
export type AgentText = Pick<AgentVersion, "name" | "role" | "instructions" | "model" | "tools">;

export interface AgentDraft extends AgentText {
  /** The version that the change began with. */
  version: number;
}

interface DraftState {
  drafts: Readonly<Record<number, AgentDraft>>;
  /** Begins to change an agent as it is now. */
  begin: (agent: AgentView) => void;
  change: (id: number, changed: Partial<AgentDraft>) => void;
  drop: (id: number) => void;
}

/** The part of an agent that can be changed. */
const textOf = ({ name, role, instructions, model, tools }: AgentText): AgentText => ({
  name,
  role,
  instructions,
  model,
  tools,
});

export const useAgentDrafts = create<DraftState>()((set) => ({
  drafts: {},
  begin: (agent) =>
    set(({ drafts }) => ({
      drafts: { ...drafts, [agent.id]: { ...textOf(agent), version: agent.version } },
    })),
  change: (id, changed) =>
    set(({ drafts }) => {
      const draft = drafts[id];
      return draft === undefined ? {} : { drafts: { ...drafts, [id]: { ...draft, ...changed } } };
    }),
  drop: (id) =>
    set(({ drafts }) => {
      const { [id]: _dropped, ...rest } = drafts;
      return { drafts: rest };
    }),
}));

/** Whether there is a change of this agent that is not saved. */
export function useIsChanged(agent: AgentView): boolean {
  return useAgentDrafts(({ drafts }) => {
    const draft = drafts[agent.id];
    return (
      draft !== undefined &&
      (draft.name !== agent.name ||
        draft.role !== agent.role ||
        draft.instructions !== agent.instructions ||
        draft.model !== agent.model ||
        !sameTools(draft.tools, agent.tools))
    );
  });
}
