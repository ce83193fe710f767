// Changing an agent. What is written stays until it is saved or discarded, also when the inspector is closed.

import type { FormEvent, KeyboardEvent } from "react";
import { describeError } from "@/host";
import { Button } from "@/shared/ui/Button";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";
import { Kbd } from "@/shared/ui/Kbd";
import type { Agent } from "@/stores";
import { AgentFields } from "./AgentFields";
import { useSaveAgent } from "./agentQueries";
import { DifferenceView } from "./DifferenceView";
import { type AgentDraft, useAgentDrafts } from "./drafts";
import { TryButton } from "./trials/TryButton";
import { useRefused } from "./useRefused";

interface Props {
  agent: Agent;
  draft: AgentDraft;
}

/** Says that somebody else was faster, with both forms and both ways out. */
function ChangedMeanwhile({
  agent,
  draft,
  busy,
  onMine,
}: Props & { busy: boolean; onMine: () => void }) {
  const drop = useAgentDrafts((state) => state.drop);
  return (
    <section aria-label="Changed meanwhile" className="mb-4 rounded-md bg-signal-soft px-3.5 py-3">
      <p role="alert" className="font-semibold text-ink">
        This agent was changed meanwhile, to version {agent.version}.
      </p>
      <p className="mb-2 text-ink-2">
        What you wrote is still in the form. Between that version and yours is different:
      </p>
      <DifferenceView from={agent} to={draft} />
      <div className="mt-3 flex flex-wrap gap-2">
        <Button small busy={busy} onClick={onMine}>
          Save mine over it
        </Button>
        <Button small variant="quiet" onClick={() => drop(agent.id)}>
          Discard mine
        </Button>
      </div>
    </section>
  );
}

/** The form. Ctrl-Enter saves. */
export function AgentForm({ agent, draft }: Props) {
  const { change, drop } = useAgentDrafts.getState();
  const save = useSaveAgent(agent);
  const overtaken = draft.version !== agent.version;
  const { refused, elsewhere } = useRefused(save.error);
  const send = (version: number) => {
    if (save.isPending) return;
    change(agent.id, { version });
    save.mutate({ ...draft, version });
  };
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    if (!overtaken) send(draft.version);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLFormElement>) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) onSubmit(event);
    // Out of the field, the keys of the window work again.
    if (event.key === "Escape" && event.target instanceof HTMLElement) event.target.blur();
  };
  return (
    <div className="mt-4">
      {overtaken ? (
        <ChangedMeanwhile
          agent={agent}
          draft={draft}
          busy={save.isPending}
          onMine={() => send(agent.version)}
        />
      ) : null}
      <form aria-label={`Change ${agent.name}`} onSubmit={onSubmit} onKeyDown={onKeyDown}>
        <AgentFields
          id={agent.id}
          kind={agent.kind}
          present={agent.tools}
          draft={draft}
          refused={refused}
        />
        {elsewhere !== null && !overtaken ? (
          <ErrorNotice
            title="The change was not saved."
            {...describeError(elsewhere)}
            className="mt-3"
          />
        ) : null}
        <div className="mt-4 flex items-center gap-2">
          <Button
            type="submit"
            variant="primary"
            busy={save.isPending && !overtaken}
            disabled={overtaken}
          >
            Save
          </Button>
          <Button onClick={() => drop(agent.id)}>Discard</Button>
          <Kbd keys="mod+enter" className="ml-1" />
          <TryButton agent={agent} className="ml-auto" />
        </div>
      </form>
    </div>
  );
}
