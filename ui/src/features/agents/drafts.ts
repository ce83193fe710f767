/**
 * Changes of agents that are written but not saved. They outlive the inspector, so that closing it, or looking
 * at another agent, loses nothing.
 */
import { create } from "zustand";
import type { AgentVersion, AgentView } from "@/bindings/bindings";
import { DEFAULT_MODEL } from "@/shared/model/modelWords";
import { sameTools } from "./toolWords";

/** What of an agent can be changed. */
export type AgentText = Pick<AgentVersion, "name" | "role" | "instructions" | "model" | "tools"> & {
  /** Models that are asked in order where that one can't answer. */
  fallbacks?: string[];
};

export interface AgentDraft extends AgentText {
  /** The version that the change began with. */
  version: number;
}

/** Number under which an agent is written that is not there yet. */
export const NEW_AGENT = 0;

const BLANK: AgentDraft = {
  name: "",
  role: "",
  instructions: "",
  model: DEFAULT_MODEL,
  tools: ["knowledge_search"],
  fallbacks: [],
  version: 0,
};

interface DraftState {
  drafts: Readonly<Record<number, AgentDraft>>;
  /** Begins to change an agent as it is now. */
  begin: (agent: AgentView) => void;
  /** Begins to write a new agent, or goes on where that was left. */
  beginNew: () => void;
  change: (id: number, changed: Partial<AgentDraft>) => void;
  drop: (id: number) => void;
}

/** The part of an agent that can be changed. */
export const textOf = ({
  name,
  role,
  instructions,
  model,
  tools,
  fallbacks,
}: AgentText): AgentText => ({
  name,
  role,
  instructions,
  model,
  tools,
  fallbacks: named(fallbacks),
});

/** The models that are named: a line that was left empty names none. */
export const named = (models: readonly string[] | undefined): string[] =>
  (models ?? []).map((model) => model.trim()).filter((model) => model !== "");

export const useAgentDrafts = create<DraftState>()((set) => ({
  drafts: {},
  begin: (agent) =>
    set(({ drafts }) => ({
      drafts: { ...drafts, [agent.id]: { ...textOf(agent), version: agent.version } },
    })),
  beginNew: () =>
    set(({ drafts }) => (NEW_AGENT in drafts ? {} : { drafts: { ...drafts, [NEW_AGENT]: BLANK } })),
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

/** Whether both say the same. */
export const isSame = (some: AgentText, other: AgentText): boolean =>
  some.name === other.name &&
  some.role === other.role &&
  some.instructions === other.instructions &&
  some.model === other.model &&
  named(some.fallbacks).join("\n") === named(other.fallbacks).join("\n") &&
  sameTools(some.tools, other.tools);

/** Whether there is a change of this agent that is not saved. */
export function useIsChanged(agent: AgentView): boolean {
  return useAgentDrafts(({ drafts }) => {
    const draft = drafts[agent.id];
    return draft !== undefined && !isSame(draft, agent);
  });
}
