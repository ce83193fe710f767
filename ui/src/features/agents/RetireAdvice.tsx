// Specialists whose record speaks for retiring them. A suggestion: nothing happens until the operator says so.

import type { WorkRecord } from "@/bindings/bindings";
import { describeError } from "@/host";
import { plural } from "@/shared/lib/format";
import { Button } from "@/shared/ui/Button";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";
import { type Agent, useAgentStore } from "@/stores";
import { usePoorRecords, useSetEnabled } from "./agentQueries";

/** What speaks against it, in a sentence. */
function reasonOf({ completed, failed, good, poor }: WorkRecord): string {
  if (poor > good) {
    const praised = good === 0 ? "none good" : `${good} good`;
    return `You called ${plural(poor, "result")} of it poor and ${praised}.`;
  }
  return `${failed} of its ${completed + failed} tasks failed.`;
}

interface Props {
  agent: Agent;
  work: WorkRecord;
  onOpen: (id: number) => void;
}

function Advice({ agent, work, onOpen }: Props) {
  const setEnabled = useSetEnabled(agent);
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-1">
      <p className="min-w-0 flex-1 text-ink-2">
        <button
          type="button"
          onClick={() => onOpen(agent.id)}
          className="rounded-sm font-medium text-ink hover:underline"
        >
          {agent.name}
        </button>{" "}
        {reasonOf(work)}
      </p>
      <Button
        small
        aria-label={`Retire ${agent.name}`}
        busy={setEnabled.isPending}
        onClick={() => setEnabled.mutate(false)}
      >
        Retire
      </Button>
      {setEnabled.error === null ? null : (
        <ErrorNotice
          title="It was not retired."
          {...describeError(setEnabled.error)}
          className="w-full"
        />
      )}
    </li>
  );
}

/** Above the list; nothing where nobody's record is poor. */
export function RetireAdvice({ onOpen }: { onOpen: (id: number) => void }) {
  const { data } = usePoorRecords();
  const agents = useAgentStore((state) => state.agents);
  const poor = (data ?? []).flatMap(({ agent: id, work }) => {
    const agent = agents.find((each) => each.id === id && each.status !== "disabled");
    return agent === undefined ? [] : [{ agent, work }];
  });
  if (poor.length === 0) return null;
  return (
    <section
      aria-label="Worth retiring"
      className="mx-3 mb-2 max-h-40 shrink-0 overflow-y-auto rounded-md bg-field px-3 py-2"
    >
      <h2 className="text-note font-semibold text-ink-2">Worth retiring</h2>
      <ul className="mt-1 flex flex-col gap-1">
        {poor.map(({ agent, work }) => (
          <Advice key={agent.id} agent={agent} work={work} onOpen={onOpen} />
        ))}
      </ul>
    </section>
  );
}
