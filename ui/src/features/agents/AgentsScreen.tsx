// The crew as an organisation: the permanent three on top, under the generator the specialists that it hired.

import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { Users } from "lucide-react";
import { useCallback, useEffect, useMemo, useState } from "react";
import { useListKeys } from "@/shared/hooks/useListKeys";
import { NARROW, useMediaQuery } from "@/shared/hooks/useMediaQuery";
import { WithInspector } from "@/shared/inspector/WithInspector";
import { plural } from "@/shared/lib/format";
import { Button } from "@/shared/ui/Button";
import { EmptyState } from "@/shared/ui/EmptyState";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";
import { Skeleton } from "@/shared/ui/Skeleton";
import { VirtualList } from "@/shared/ui/VirtualList";
import { type Agent, useAgentStore } from "@/stores";
import { AddAgents, NoSpecialists } from "./AddAgents";
import { AgentInspector } from "./AgentInspector";
import { AgentRow, COLUMNS } from "./AgentRow";
import { crewOf } from "./crew";
import { NewAgent } from "./NewAgent";
import { RetireAdvice } from "./RetireAdvice";
import { TrialPanel } from "./trials/TrialPanel";
import { canBeTried } from "./trials/trialWords";

/** The selected agent, as the address says: `/agents/3`, or `?agent=3` where the list is already open. */
function useSelected() {
  const { id } = useParams({ strict: false });
  const search: { agent?: number; try?: number; make?: number } = useSearch({ strict: false });
  const navigate = useNavigate();
  const selectAgent = useAgentStore((state) => state.selectAgent);
  const selectedId = search.agent ?? (id === undefined ? null : Number(id));
  useEffect(() => {
    selectAgent(selectedId);
    return () => selectAgent(null);
  }, [selectedId, selectAgent]);
  const select = useCallback(
    (agent: number | null) => {
      const next = agent === null ? {} : { agent };
      void navigate({ to: "/agents", search: next, replace: true });
    },
    [navigate],
  );
  const making = search.make !== undefined;
  return { selectedId, select, making, trying: search.try !== undefined };
}

/** `8 agents: 3 permanent, 5 specialists`. */
function sizeWords(agents: readonly Agent[]): string {
  const specialists = agents.filter((agent) => agent.kind === "specialist").length;
  const all = plural(agents.length, "agent");
  if (specialists === 0) return all;
  return `${all}: ${agents.length - specialists} permanent, ${plural(specialists, "specialist")}`;
}

function ColumnNames() {
  return (
    <div className="flex h-8 shrink-0 items-center text-note text-ink-3" aria-hidden="true">
      <div className="row h-8 min-w-0 flex-1">
        <span className="min-w-0 flex-1 pl-10">Agent</span>
        <span className={COLUMNS.model}>Model</span>
        <span className={COLUMNS.status}>Status</span>
        <span className={COLUMNS.tasks}>Tasks</span>
      </div>
      <span className={COLUMNS.hired}>Hired in</span>
    </div>
  );
}

interface RowsProps {
  agents: readonly Agent[];
  /** How many are not shown, because they are retired. */
  hidden: number;
  selectedId: number | null;
  onOpen: (id: number) => void;
}

function Rows({ agents, hidden, selectedId, onOpen }: RowsProps) {
  const crew = useMemo(() => crewOf(agents), [agents]);
  const { active, setActive } = useListKeys(crew.length, (index) => {
    const id = crew[index]?.agent.id;
    if (id !== undefined) onOpen(id);
  });
  const reach = useCallback(
    (id: number) => setActive(crew.findIndex(({ agent }) => agent.id === id)),
    [crew, setActive],
  );
  const alone = agents.every((agent) => agent.kind !== "specialist");
  return (
    <>
      <ColumnNames />
      <div className={alone ? "h-34 shrink-0" : "min-h-0 flex-1"}>
        <VirtualList
          label="Agents"
          items={crew}
          itemKey={({ agent }) => agent.id}
          estimate={44}
          activeIndex={active}
          className={alone ? "" : "pb-4"}
        >
          {({ agent, depth, first, last }, index) => (
            <AgentRow
              agent={agent}
              depth={depth}
              first={first}
              last={last}
              selected={agent.id === selectedId}
              active={index === active}
              onOpen={onOpen}
              onReach={reach}
            />
          )}
        </VirtualList>
      </div>
      {alone ? <NoSpecialists retired={hidden} /> : null}
    </>
  );
}

function Body({ agents, hidden, selectedId, onOpen }: RowsProps) {
  const loading = useAgentStore((state) => state.loading);
  const error = useAgentStore((state) => state.error);
  if (agents.length > 0) {
    return <Rows agents={agents} hidden={hidden} selectedId={selectedId} onOpen={onOpen} />;
  }
  if (error !== null) {
    return (
      <ErrorNotice
        title="The agents could not be read."
        message={error}
        nextStep="Reconnect in the line at the bottom of the window."
        className="mx-3"
      />
    );
  }
  if (loading) return <Skeleton rows={4} label="Loading agents" />;
  return (
    <EmptyState icon={<Users />} title="No agents">
      The permanent crew appears here when Wheelhouse has started.
    </EmptyState>
  );
}

/** What stands at the right: the agent that is selected, or a new one. */
function inspectorOf(selected: Agent | undefined, making: boolean, onClose: () => void) {
  if (selected !== undefined) {
    return <AgentInspector key={selected.id} agent={selected} onClose={onClose} />;
  }
  return making ? <NewAgent onClose={onClose} /> : null;
}

/** Brings those that are retired into the list, or takes them out of it. */
function RetiredToggle(props: {
  retired: number;
  shown: boolean;
  onShow: (shown: boolean) => void;
}) {
  const { retired, shown, onShow } = props;
  if (retired === 0) return null;
  return (
    <Button small variant="quiet" aria-pressed={shown} onClick={() => onShow(!shown)}>
      {shown ? "Hide retired" : `Show retired (${retired})`}
    </Button>
  );
}

/** The screen at `/agents` and `/agents/$id`. */
export function AgentsScreen() {
  const agents = useAgentStore((state) => state.agents);
  const { selectedId, select, making, trying } = useSelected();
  const [withRetired, setWithRetired] = useState(false);
  const atWork = useMemo(() => agents.filter(({ status }) => status !== "disabled"), [agents]);
  const retired = agents.length - atWork.length;
  const selected = agents.find((agent) => agent.id === selectedId);
  const close = useCallback(() => select(null), [select]);
  const narrow = useMediaQuery(NARROW);
  const tried = trying && selected !== undefined && canBeTried(selected) ? selected : null;
  // As a sheet it would lie over the trial.
  const inspector = narrow && tried !== null ? null : inspectorOf(selected, making, close);
  return (
    <WithInspector name="agent" label="Agent" inspector={inspector} onClose={close}>
      {tried === null ? (
        <div className="@container flex h-full min-h-0 flex-col px-3 pt-5">
          <div className="mb-2 flex shrink-0 flex-wrap items-baseline gap-x-3 gap-y-2 px-3">
            <h1 className="text-title font-semibold">Agents</h1>
            <p className="text-ink-3">{atWork.length > 0 ? sizeWords(atWork) : null}</p>
            <RetiredToggle retired={retired} shown={withRetired} onShow={setWithRetired} />
            <AddAgents />
          </div>
          <RetireAdvice onOpen={select} />
          <Body
            agents={withRetired ? agents : atWork}
            hidden={withRetired ? 0 : retired}
            selectedId={selectedId}
            onOpen={select}
          />
        </div>
      ) : (
        <TrialPanel agent={tried} onClose={() => select(tried.id)} />
      )}
    </WithInspector>
  );
}
