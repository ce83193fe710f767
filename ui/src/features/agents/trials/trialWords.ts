// Words about trials, and small decisions that need no screen.

import type { TrialView } from "@/bindings/bindings";
import type { Agent } from "@/stores";
import { changedWords } from "../difference";
import { type AgentText, isSame } from "../drafts";

/** What the driver and the generator do makes sense in a whole workflow only. */
export function canBeTried({ kind }: Pick<Agent, "kind">): boolean {
  return kind === "specialist" || kind === "creator";
}

/** Whether it is still at work. */
export function isTrying({ work }: Pick<TrialView, "work">): boolean {
  return !["completed", "failed", "cancelled"].includes(work.status);
}

/** What of the agent was different then; null where nothing was. */
export function triedWords(tried: AgentText, now: AgentText): string | null {
  return isSame(tried, now) ? null : `Tried with other ${changedWords(now, tried).toLowerCase()}`;
}

/** Which form the next trial works with. */
export function formWords(agent: Agent, draft: AgentText | undefined): string {
  return draft === undefined || isSame(draft, agent)
    ? `It works as saved, in version ${agent.version}.`
    : "It works as it is in the form now, not saved yet.";
}
