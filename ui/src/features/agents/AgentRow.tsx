// One agent in the list.

import { Link } from "@tanstack/react-router";
import { memo } from "react";
import { cx } from "@/shared/lib/cx";
import { useRowFocus } from "@/shared/list/useRowFocus";
import { AgentAvatar } from "@/shared/ui/AgentAvatar";
import { StatusBadge } from "@/shared/ui/StatusBadge";
import type { Agent } from "@/stores";
import { KIND_WORDS } from "./agentQueries";

/** Widths that the row and the head of the list share. */
export const COLUMNS = {
  kind: "w-24 shrink-0 @max-3xl:hidden",
  status: "flex w-24 shrink-0 items-center",
  tasks: "w-32 shrink-0 text-right",
  hired: "w-34 shrink-0 pl-4 @max-2xl:hidden",
} as const;

interface Props {
  agent: Agent;
  selected: boolean;
  active: boolean;
  onOpen: (id: number) => void;
  onReach: (id: number) => void;
}

/** Profession and reason, without saying the name twice. */
function aboutOf(agent: Agent): string {
  const role = agent.role === agent.name ? null : agent.role;
  return [role, agent.why].filter(Boolean).join(" · ") || agent.role;
}

function HiredIn({ agent }: { agent: Agent }) {
  if (agent.hired_in === null) {
    const word = agent.kind === "specialist" ? "Workflow deleted" : "Permanent";
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

/** A row that opens the agent in the inspector; beside it the way to where it was hired. */
export const AgentRow = memo(function AgentRow({
  agent,
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
        <AgentAvatar name={agent.name} kind={agent.kind} id={agent.id} size="medium" />
        <span className="min-w-0 flex-1">
          <span className="block truncate text-ink" title={agent.name}>
            {agent.name}
          </span>
          <span className="block truncate text-note text-ink-3" title={aboutOf(agent)}>
            {aboutOf(agent)}
          </span>
        </span>
        <span className={cx(COLUMNS.kind, "text-ink-2")}>{KIND_WORDS[agent.kind]}</span>
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
