// What an agent did in workflows, what that cost, and what the operator says of it.

import type { AgentRecord as RecordView } from "@/bindings/bindings";
import { Facts } from "@/shared/inspector/Facts";
import { spentInFull, spentWords } from "@/shared/lib/money";
import { TimeAgo } from "@/shared/ui/TimeAgo";
import type { Agent } from "@/stores";
import { useAgentDetail } from "./agentQueries";

/** `12 done, 1 failed (92 % succeeded)`. */
function doneWords({ work: { completed, failed } }: RecordView): string {
  const ended = completed + failed;
  if (failed === 0) return `${completed} done, none failed`;
  const share = Math.floor((100 * completed) / ended);
  return `${completed} done, ${failed} failed (${share} % succeeded)`;
}

/** `3 good, 1 poor`; null where nothing was said. */
function verdictWords({ work: { good, poor } }: RecordView): string | null {
  const parts = [good > 0 ? `${good} good` : null, poor > 0 ? `${poor} poor` : null];
  const said = parts.filter((part) => part !== null);
  return said.length === 0 ? null : said.join(", ");
}

/** The section of the inspector. */
export function AgentRecord({ agent }: { agent: Agent }) {
  const { data } = useAgentDetail(agent);
  if (data === undefined) return null;
  const { record } = data;
  if (record.work.completed + record.work.failed === 0) {
    return <p className="text-ink-3">No finished task yet.</p>;
  }
  return (
    <>
      <Facts
        facts={[
          { name: "Tasks", value: doneWords(record) },
          {
            name: "You said",
            value: verdictWords(record) ?? <span className="text-ink-3">Nothing yet</span>,
          },
          {
            name: "Cost",
            value: (
              <span title={spentInFull(record.spent)}>{spentWords(record.spent) ?? "Nothing"}</span>
            ),
          },
          {
            name: "Last worked",
            value: record.last_worked === null ? null : <TimeAgo at={record.last_worked} />,
          },
        ]}
      />
      {agent.kind === "specialist" ? (
        <p className="mt-1.5 text-note text-ink-3">
          The generator is told of it when it staffs a workflow. Say at a task whether its result
          was good.
        </p>
      ) : null}
    </>
  );
}
