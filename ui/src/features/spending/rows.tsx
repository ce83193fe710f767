// The lines of the tables: who or what it was, with the way to it.

import { Link } from "@tanstack/react-router";
import type { SpendingView } from "@/bindings/bindings";
import type { SpentRow } from "./SpentTable";

const LINK = "underline decoration-line-strong underline-offset-3 hover:decoration-ink-2";

/** By agent. */
export const agentRows = ({ agents }: SpendingView): SpentRow[] =>
  agents.map(({ agent, agent_id: id, name, sum }) => ({
    key: agent,
    sum,
    name:
      id === null ? (
        <span className="text-ink-2">An agent that is gone</span>
      ) : (
        <Link to="/agents" search={{ agent: id }} className={LINK}>
          {name}
        </Link>
      ),
  }));

/** By model. */
export const modelRows = ({ models }: SpendingView): SpentRow[] =>
  models.map(({ model, sum }) => ({
    key: model ?? "",
    sum,
    name:
      model === null ? (
        <span className="text-ink-2">Not known, from before models were kept</span>
      ) : (
        <span className="font-mono text-note select-text">{model}</span>
      ),
  }));

function WorkflowName({ row }: { row: SpendingView["workflows"][number] }) {
  const { workflow_id: id, conversation, name } = row;
  if (conversation !== null) {
    return (
      <>
        <Link to="/chat/$uid" params={{ uid: conversation }} className={LINK}>
          {name}
        </Link>{" "}
        <span className="text-ink-3">conversation</span>
      </>
    );
  }
  if (id === null) return <span className="text-ink-2">Workflows that are gone</span>;
  return (
    <Link to="/workflows/$id" params={{ id: String(id) }} className={LINK}>
      {name}
    </Link>
  );
}

/** By workflow; those that are not named stand together at the end. */
export function workflowRows({ workflows, others }: SpendingView): SpentRow[] {
  const rows = workflows.map((row) => ({
    key: row.conversation ?? String(row.workflow_id),
    sum: row.sum,
    name: <WorkflowName row={row} />,
  }));
  const rest = others.calls > 0 || others.spent.tokens > 0;
  return rest
    ? [
        ...rows,
        { key: "others", sum: others, name: <span className="text-ink-2">All others</span> },
      ]
    : rows;
}
