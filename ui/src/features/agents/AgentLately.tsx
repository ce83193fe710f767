// What an agent did lately. Each task leads to itself.

import { Link } from "@tanstack/react-router";
import type { AgentWork } from "@/bindings/bindings";
import { describeError } from "@/host";
import { Button } from "@/shared/ui/Button";
import { Elapsed } from "@/shared/ui/Elapsed";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";
import { Skeleton } from "@/shared/ui/Skeleton";
import { StatusBadge } from "@/shared/ui/StatusBadge";
import type { Agent } from "@/stores";
import { useAgentDetail } from "./agentQueries";

function WorkRow({ work }: { work: AgentWork }) {
  const running = work.status === "running" || work.status === "waiting";
  return (
    <li>
      <Link
        to="/workflows/$id"
        params={{ id: String(work.workflow_id) }}
        search={{ task: work.task_id }}
        className="-mx-2 flex items-center gap-2.5 rounded-md px-2 py-1.5 hover:bg-hover"
      >
        <StatusBadge status={work.status} iconOnly />
        <span className="min-w-0 flex-1">
          <span className="block break-words text-ink">{work.title}</span>
          <span className="block break-words text-note text-ink-3">{work.workflow_name}</span>
        </span>
        <Elapsed
          from={work.started_at}
          to={work.completed_at ?? (running ? null : work.started_at)}
          className="text-ink-3"
        />
      </Link>
    </li>
  );
}

/** The latest tasks, newest first. */
export function AgentLately({ agent }: { agent: Agent }) {
  const query = useAgentDetail(agent);
  if (query.data === undefined) {
    return query.error === null ? (
      <Skeleton rows={3} label="Loading its tasks" className="-mx-3" />
    ) : (
      <ErrorNotice
        title="Its tasks could not be read."
        {...describeError(query.error)}
        action={<Button onClick={() => void query.refetch()}>Try again</Button>}
      />
    );
  }
  if (query.data.work.length === 0) return <p className="text-ink-3">No task yet.</p>;
  return (
    <ul>
      {query.data.work.map((work) => (
        <WorkRow key={work.task_id} work={work} />
      ))}
    </ul>
  );
}
