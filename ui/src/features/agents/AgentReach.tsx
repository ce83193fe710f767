// What an agent may reach with its tools: folders, sites, programs, and what of it unasked.

import { describeError } from "@/host";
import { Facts } from "@/shared/inspector/Facts";
import { InspectorSection } from "@/shared/inspector/WithInspector";
import { Button } from "@/shared/ui/Button";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";
import type { Agent } from "@/stores";
import { useAgentDetail } from "./agentQueries";
import { ReachForm } from "./ReachForm";
import { missingTools, reachFacts } from "./reach";
import { useReachDrafts } from "./reachDrafts";
import { toolsWords } from "./toolWords";

/** The section of the inspector. */
export function AgentReach({ agent }: { agent: Agent }) {
  const reaching = useReachDrafts(({ drafts }) => drafts[agent.id]);
  const { begin } = useReachDrafts.getState();
  const { data, error } = useAgentDetail(agent);
  if (error !== null) {
    return (
      <InspectorSection title="Reach">
        <ErrorNotice title="What it may reach could not be read." {...describeError(error)} />
      </InspectorSection>
    );
  }
  if (data === undefined) return null;
  const { grant } = data.grant;
  const facts = reachFacts(grant);
  const missing = missingTools(grant, agent.tools);
  if (reaching !== undefined) {
    return (
      <InspectorSection title="Reach">
        <ReachForm agent={agent} reaching={reaching} />
      </InspectorSection>
    );
  }
  return (
    <InspectorSection
      title="Reach"
      aside={
        <Button small variant="quiet" onClick={() => begin(agent.id, data.grant)}>
          Change reach
        </Button>
      }
    >
      {facts.length === 0 ? (
        <p className="text-ink-2">No files, no web pages, no programs.</p>
      ) : (
        <Facts
          facts={facts.map(({ name, lines }) => ({
            name,
            value: lines.map((line) => (
              <span key={line} className="block break-words">
                {line}
              </span>
            )),
          }))}
        />
      )}
      {missing.length === 0 ? null : (
        <p className="mt-2 text-note text-ink-2">
          It has no tool for some of this. To give it one, choose Edit and tick{" "}
          {toolsWords(missing)}.
        </p>
      )}
    </InspectorSection>
  );
}
