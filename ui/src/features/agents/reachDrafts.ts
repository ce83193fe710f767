// What agents are granted, as it is written and not saved. It outlives the inspector, so that a window that becomes narrow, or
// a look at another agent, loses nothing.

import { create } from "zustand";
import type { AgentGrantView } from "@/bindings/bindings";
import { draftOf, type ReachDraft } from "./reach";

/** A grant as it is written, and as it was when that began. */
export interface Reaching {
  start: AgentGrantView;
  draft: ReachDraft;
}

interface ReachState {
  /** By the number of the agent. */
  drafts: Readonly<Record<number, Reaching>>;
  begin: (id: number, start: AgentGrantView) => void;
  change: (id: number, changed: Partial<ReachDraft>) => void;
  drop: (id: number) => void;
}

export const useReachDrafts = create<ReachState>()((set) => ({
  drafts: {},
  begin: (id, start) =>
    set(({ drafts }) => ({ drafts: { ...drafts, [id]: { start, draft: draftOf(start.grant) } } })),
  change: (id, changed) =>
    set(({ drafts }) => {
      const known = drafts[id];
      if (known === undefined) return {};
      const draft = { ...known.draft, ...changed };
      return { drafts: { ...drafts, [id]: { ...known, draft } } };
    }),
  drop: (id) =>
    set(({ drafts }) => {
      const { [id]: _dropped, ...rest } = drafts;
      return { drafts: rest };
    }),
}));
