// One agent in the organisation.

import { Link } from "@tanstack/react-router";
import { memo } from "react";
import { cx } from "@/shared/lib/cx";
import { useRowFocus } from "@/shared/list/useRowFocus";
import { DEFAULT_MODEL, modelWords } from "@/shared/model/modelWords";
import { AgentAvatar } from "@/shared/ui/AgentAvatar";
import { StatusBadge } from "@/shared/ui/StatusBadge";
import type { Agent } from "@/stores";
import { aboutOf, type Member } from "./crew";
import { useIsChanged } from "./drafts";

/** Widths that the row and the head of the list share. */
export const COLUMNS = {
  model: "w-40 shrink-0 @max-4xl:hidden",
  status: "flex w-24 shrink-0 items-center",
  tasks: "w-28 shrink-0 text-right",
  hired: "w-32 shrink-0 pl-4 @max-2xl:hidden",
} as const;

interface Props extends Member {
  selected: boolean;
  active: boolean;
  onOpen: (id: number) => void;
  onReach: (id: number) => void;
}

/** The line from whoever an agent is under. The words of the row say the same. */
function Branch({ depth, first, last }: Pick<Member, "depth" | "first" | "last">) {
  if (depth === 0) return null;
  return (
    <span
      aria-hidden="true"
      className={cx("relative -mr-1 shrink-0 self-stretch", depth === 1 ? "w-7" : "w-16")}
    >
      <span
        className={cx(
          "absolute right-3.5 w-px bg-line-strong/50",
          // The first line begins at the mark of whoever is above.
          first ? "-top-2" : "top-0",
          last ? "bottom-1/2" : "bottom-0",
        )}
      />
      <span className="absolute top-1/2 right-0 h-px w-3.5 bg-line-strong/50" />
    </span>
  );
}

function HiredIn({ agent }: { agent: Agent }) {
  if (agent.hired_in === null) {
    const gone = agent.kind === "specialist" ? "Workflow deleted" : "Permanent";
    const word = agent.origin === null || agent.origin === undefined ? gone : "By you";
    return <span className="text-ink-3">{word}</span>;
  }
  return (
    <Link
      to="/workflows/$id"
      params={{ id: String(agent.hired_in) }}
      title={agent.why ?? undefined}
      className="rounded-sm text-accent hover:underline"
    >
      Workflow {agent.hired_in}
    </Link>
  );
}

function Tasks({ agent }: { agent: Agent }) {
  return (
    <span className={cx(COLUMNS.tasks, "tabular text-ink-2")}>
      {agent.tasks_completed} done
      {agent.tasks_failed > 0 ? (
        <span className="text-bad">, {agent.tasks_failed} failed</span>
      ) : null}
    </span>
  );
}

function Model({ agent }: { agent: Agent }) {
  const own = agent.model !== DEFAULT_MODEL;
  const words = modelWords(agent.model_used);
  return (
    <span
      className={cx(COLUMNS.model, "truncate", own ? "text-ink-2" : "text-ink-3")}
      title={own ? `${words}, its own` : `${words}, the default for its kind`}
    >
      {agent.model_used}
    </span>
  );
}

function Names({ agent }: { agent: Agent }) {
  const changed = useIsChanged(agent);
  return (
    <span className="min-w-0 flex-1">
      <span className="block truncate text-ink" title={agent.name}>
        {agent.name}
        {changed ? <span className="text-note text-ink-2"> · changed, not saved</span> : null}
      </span>
      <span className="block truncate text-note text-ink-3" title={aboutOf(agent)}>
        {aboutOf(agent)}
      </span>
    </span>
  );
}

/** A row that opens the agent in the inspector; beside it the way to where it was hired. */
export const AgentRow = memo(function AgentRow({
  agent,
  depth,
  first,
  last,
  selected,
  active,
  onOpen,
  onReach,
}: Props) {
  const row = useRowFocus<HTMLButtonElement>(active);
  return (
    <div
      className={cx("flex items-center rounded-md", selected ? "bg-selected" : "hover:bg-hover")}
    >
      <button
        ref={row}
        type="button"
        aria-current={selected || undefined}
        onClick={() => onOpen(agent.id)}
        onFocus={() => onReach(agent.id)}
        className="row h-11 min-w-0 flex-1 text-left"
      >
        <Branch depth={depth} first={first} last={last} />
        <AgentAvatar name={agent.name} kind={agent.kind} id={agent.id} size="medium" />
        <Names agent={agent} />
        <Model agent={agent} />
        <span className={COLUMNS.status}>
          <StatusBadge
            status={agent.status}
            {...(agent.status === "waiting" ? { word: "Needs you" } : {})}
          />
        </span>
        <Tasks agent={agent} />
      </button>
      <span className={cx(COLUMNS.hired, "pr-3")}>
        <HiredIn agent={agent} />
      </span>
    </div>
  );
});
