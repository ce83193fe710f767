// What can be done with an agent: talk, try, edit; and with specialists copy, share, retire and take back.

import { useNavigate } from "@tanstack/react-router";
import { Ellipsis } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { describeError } from "@/host";
import { useKeys } from "@/shared/lib/keys";
import { Button } from "@/shared/ui/Button";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";
import { Menu } from "@/shared/ui/Menu";
import type { Agent } from "@/stores";
import { useDuplicateAgent, useSetEnabled } from "./agentQueries";
import { useAgentDrafts } from "./drafts";
import { ExportAgent } from "./sharing/ExportAgent";
import { TryButton } from "./trials/TryButton";

/** Copying and sharing, which are wanted rarely. */
function More({ agent }: { agent: Agent }) {
  const navigate = useNavigate();
  const [exporting, setExporting] = useState(false);
  const copy = useDuplicateAgent(agent, (added) => {
    void navigate({ to: "/agents", search: { agent: added.id }, replace: true });
  });
  const items = [
    { key: "copy", label: "Duplicate", onSelect: () => copy.mutate() },
    { key: "export", label: "Export…", onSelect: () => setExporting(true) },
  ];
  return (
    <>
      <Menu
        start
        trigger={
          <Button
            small
            variant="quiet"
            aria-label={`More for ${agent.name}`}
            icon={<Ellipsis className="size-4" aria-hidden="true" />}
          />
        }
        groups={[{ heading: agent.name, items }]}
      />
      {exporting ? <ExportAgent agent={agent} onClose={() => setExporting(false)} /> : null}
      {copy.error === null ? null : (
        <ErrorNotice title="It was not copied." {...describeError(copy.error)} className="w-full" />
      )}
    </>
  );
}

/** Retires a specialist, or takes it back. */
function Retire({ agent }: { agent: Agent }) {
  const setEnabled = useSetEnabled(agent);
  const retired = agent.status === "disabled";
  return (
    <>
      <Button
        small
        variant="quiet"
        busy={setEnabled.isPending}
        onClick={() => setEnabled.mutate(retired)}
      >
        {retired ? "Take back" : "Retire"}
      </Button>
      {setEnabled.error === null ? null : (
        <ErrorNotice
          title={retired ? "It was not taken back." : "It was not retired."}
          {...describeError(setEnabled.error)}
          className="w-full"
        />
      )}
    </>
  );
}

/** The buttons on top of the inspector. */
export function AgentActions({ agent }: { agent: Agent }) {
  const navigate = useNavigate();
  const begin = useAgentDrafts((state) => state.begin);
  const retired = agent.status === "disabled";
  const edit = useRef<HTMLButtonElement>(null);
  // Where the form was that had the focus, this stands now.
  useEffect(() => {
    if (document.activeElement === document.body) edit.current?.focus({ preventScroll: true });
  }, []);
  useKeys([{ keys: "e", label: "Edit the agent", run: () => begin(agent) }]);
  return (
    <>
      <div className="mt-4 flex flex-wrap gap-2">
        {retired ? null : (
          <Button small onClick={() => void navigate({ to: "/chat", search: { agent: agent.id } })}>
            Talk to {agent.name}
          </Button>
        )}
        <Button ref={edit} small onClick={() => begin(agent)}>
          Edit
        </Button>
        <TryButton agent={agent} />
        {agent.kind === "specialist" ? (
          <>
            <Retire agent={agent} />
            <More agent={agent} />
          </>
        ) : null}
      </div>
      {retired ? (
        <p className="mt-2 text-note text-ink-2">
          It is given no new part and is hired by no workflow. What it has begun goes on, and its
          record and versions stay.
        </p>
      ) : null}
    </>
  );
}
