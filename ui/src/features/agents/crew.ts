// The crew as an organisation: the driver on top, under it the creator and the generator, under that one the
// specialists that it hired.

import type { Agent } from "@/stores";
import { KIND_WORDS } from "./agentQueries";
import { originWords } from "./originWords";

const RANKS = { driver: 0, creator: 1, generator: 2, specialist: 3 } as const;

/** An agent and its place in the tree. */
export interface Member {
  agent: Agent;
  /** 0 for the driver, 1 for whoever is under it, 2 for specialists. */
  depth: 0 | 1 | 2;
  /** Whether nobody of the same depth comes before. */
  first: boolean;
  /** Whether nobody of the same depth follows. */
  last: boolean;
}

const rankOf = (agent: Agent) =>
  RANKS[agent.kind] + (agent.kind === "specialist" && agent.status === "disabled" ? 1 : 0);

function depthOf({ kind }: Agent): Member["depth"] {
  if (kind === "driver") return 0;
  return kind === "specialist" ? 2 : 1;
}

/** The agents in the order of the tree; specialists that may not work come last. */
export function crewOf(agents: readonly Agent[]): Member[] {
  const sorted = [...agents].sort((a, b) => rankOf(a) - rankOf(b) || a.id - b.id);
  const lastAt = new Map(sorted.map((agent, index) => [depthOf(agent), index]));
  return sorted.map((agent, index) => {
    const depth = depthOf(agent);
    const before = sorted[index - 1];
    const first = before === undefined || depthOf(before) !== depth;
    return { agent, depth, first, last: lastAt.get(depth) === index };
  });
}

/** What an agent is and why it is here, without saying its name twice. */
export function aboutOf(agent: Agent): string {
  const kind = agent.kind === "specialist" ? null : KIND_WORDS[agent.kind];
  const parts = [kind, agent.role].filter((part) => part !== null && part !== agent.name);
  return [...parts, agent.why ?? originWords(agent)].filter(Boolean).join(" · ") || agent.role;
}
