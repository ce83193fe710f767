// One agent: how it works, what it may call, why it is here, what it did lately, what it was before.

import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Facts } from "@/shared/inspector/Facts";
import { InspectorFrame, InspectorSection } from "@/shared/inspector/WithInspector";
import { DEFAULT_MODEL, modelWords, providerOf } from "@/shared/model/modelWords";
import { providersQuery } from "@/shared/queries";
import { AgentAvatar } from "@/shared/ui/AgentAvatar";
import { StatusBadge } from "@/shared/ui/StatusBadge";
import { TimeAgo } from "@/shared/ui/TimeAgo";
import type { Agent } from "@/stores";
import { AgentActions } from "./AgentActions";
import { AgentForm } from "./AgentForm";
import { AgentLately } from "./AgentLately";
import { AgentReach } from "./AgentReach";
import { AgentRecord } from "./AgentRecord";
import { AgentSpending } from "./AgentSpending";
import { AgentVersions } from "./AgentVersions";
import { KIND_WORDS } from "./agentQueries";
import { behindWords } from "./difference";
import { named, useAgentDrafts } from "./drafts";
import { HiringRule } from "./HiringRule";
import { originWords } from "./originWords";
import { toolsWords } from "./toolWords";

/** The model, where it comes from, and whether its provider is still there. */
function Model({ agent }: { agent: Agent }) {
  const { data: providers } = useQuery(providersQuery);
  const provider = providerOf(agent.model_used);
  const gone = provider !== null && providers?.every((each) => each.name !== provider) === true;
  return (
    <>
      {modelWords(agent.model_used)}
      {agent.model === DEFAULT_MODEL ? (
        <span className="text-ink-3"> (default for its kind)</span>
      ) : null}
      {gone ? (
        <span role="alert" className="block text-bad">
          There is no provider {provider} any more. Choose another model.
        </span>
      ) : null}
    </>
  );
}

function AgentFacts({ agent }: { agent: Agent }) {
  const { hired_in: hiredIn } = agent;
  return (
    <Facts
      facts={[
        { name: "Kind", value: KIND_WORDS[agent.kind] },
        { name: "Profession", value: agent.role },
        { name: "Model", value: <Model agent={agent} /> },
        {
          name: "If it can't answer",
          value: named(agent.fallbacks).length === 0 ? null : behindWords(agent),
        },
        {
          name: "Tools",
          value: toolsWords(agent.tools),
        },
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
        { name: "From", value: originWords(agent) },
        {
          name: "Stays here",
          value:
            agent.stays_here.length === 0
              ? null
              : `Designed in a workflow that had read ${agent.stays_here.map((source) => `“${source.name}”`).join(", ")}. No model elsewhere is told of it.`,
        },
      ]}
    />
  );
}

function AsItIs({ agent }: { agent: Agent }) {
  return (
    <>
      <AgentActions agent={agent} />
      <div className="mt-4">
        <AgentFacts agent={agent} />
      </div>
      <InspectorSection title="Instructions">
        <p className="break-words whitespace-pre-wrap text-ink">{agent.instructions}</p>
      </InspectorSection>
      {agent.kind === "generator" ? (
        <InspectorSection title="Hiring">
          <HiringRule />
        </InspectorSection>
      ) : null}
      <InspectorSection title="Work record">
        <AgentRecord agent={agent} />
      </InspectorSection>
      <AgentReach agent={agent} />
      <InspectorSection title="Spending">
        <AgentSpending agent={agent} />
      </InspectorSection>
      <InspectorSection title="Lately">
        <AgentLately agent={agent} />
      </InspectorSection>
    </>
  );
}

/** The selected agent. */
export function AgentInspector({ agent, onClose }: { agent: Agent; onClose: () => void }) {
  const draft = useAgentDrafts((state) => state.drafts[agent.id]);
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
      {draft === undefined ? <AsItIs agent={agent} /> : <AgentForm agent={agent} draft={draft} />}
      <InspectorSection title="Versions">
        <AgentVersions agent={agent} />
      </InspectorSection>
    </InspectorFrame>
  );
}
