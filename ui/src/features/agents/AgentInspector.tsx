// One agent: how it works, what it may call, why it is here, what it did lately.

import { Link } from "@tanstack/react-router";
import type { AgentWork } from "@/bindings/bindings";
import { describeError } from "@/host";
import { Facts } from "@/shared/inspector/Facts";
import { InspectorFrame, InspectorSection } from "@/shared/inspector/WithInspector";
import { AgentAvatar } from "@/shared/ui/AgentAvatar";
import { Button } from "@/shared/ui/Button";
import { Elapsed } from "@/shared/ui/Elapsed";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";
import { Skeleton } from "@/shared/ui/Skeleton";
import { StatusBadge } from "@/shared/ui/StatusBadge";
import { TimeAgo } from "@/shared/ui/TimeAgo";
import type { Agent } from "@/stores";
import { KIND_WORDS, useAgentDetail } from "./agentQueries";

const REHEARSAL = "rehearsal";

function AgentFacts({ agent }: { agent: Agent }) {
  const { hired_in: hiredIn } = agent;
  return (
    <Facts
      facts={[
        { name: "Kind", value: KIND_WORDS[agent.kind] },
        { name: "Profession", value: agent.role },
        {
          name: "Model",
          value: agent.model === REHEARSAL ? "rehearsal, a rule-based stand-in" : agent.model,
        },
        {
          name: "Tools",
          value: agent.tools.length === 0 ? "None" : agent.tools.join(", ").replaceAll("_", " "),
        },
        { name: "Version", value: agent.version },
        { name: "Here since", value: <TimeAgo at={agent.created_at} /> },
        {
          name: "Hired in",
          value:
            hiredIn === null ? null : (
              <Link
                to="/workflows/$id"
                params={{ id: String(hiredIn) }}
                className="text-accent underline underline-offset-2"
              >
                Workflow {hiredIn}
              </Link>
            ),
        },
        { name: "Why", value: agent.why },
      ]}
    />
  );
}

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

function Lately({ agent }: { agent: Agent }) {
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

/** The selected agent. */
export function AgentInspector({ agent, onClose }: { agent: Agent; onClose: () => void }) {
  return (
    <InspectorFrame
      title={agent.name}
      mark={
        <span className="-mt-0.5">
          <AgentAvatar name={agent.name} kind={agent.kind} id={agent.id} size="medium" />
        </span>
      }
      facts={
        <StatusBadge
          status={agent.status}
          {...(agent.status === "waiting" ? { word: "Needs you" } : {})}
        />
      }
      onClose={onClose}
    >
      <div className="mt-4">
        <AgentFacts agent={agent} />
      </div>
      <InspectorSection title="Instructions">
        <p className="break-words whitespace-pre-wrap text-ink">{agent.instructions}</p>
      </InspectorSection>
      <InspectorSection title="Lately">
        <Lately agent={agent} />
      </InspectorSection>
    </InspectorFrame>
  );
}
