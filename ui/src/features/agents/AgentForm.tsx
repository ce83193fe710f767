// Changing an agent. What is written stays until it is saved or discarded, also when the inspector is closed.

import type { FormEvent, KeyboardEvent } from "react";
import { describeError, toHostError } from "@/host";
import { ModelField } from "@/shared/model/ModelField";
import { Button } from "@/shared/ui/Button";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";
import { Kbd } from "@/shared/ui/Kbd";
import { TextArea } from "@/shared/ui/TextArea";
import { TextField } from "@/shared/ui/TextField";
import type { Agent } from "@/stores";
import { useDefaultModel, useSaveAgent } from "./agentQueries";
import { DifferenceView } from "./DifferenceView";
import { type AgentDraft, type AgentText, useAgentDrafts } from "./drafts";
import { ToolsField } from "./ToolsField";

const LONGEST_NAME = 80;
const LONGEST_INSTRUCTIONS = 20_000;

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

/** The fields, with what was refused at the one that it concerns. */
function Fields({
  agent,
  draft,
  refused,
}: Props & { refused: (field: keyof AgentText) => string | null }) {
  const change = useAgentDrafts((state) => state.change);
  const defaultModel = useDefaultModel(agent);
  const set = (changed: Partial<AgentText>) => change(agent.id, changed);
  return (
    <div className="flex flex-col gap-3">
      <TextField
        label="Name"
        autoFocus
        maxLength={LONGEST_NAME}
        value={draft.name}
        error={refused("name")}
        onChange={(event) => set({ name: event.target.value })}
      />
      <TextField
        label="Profession"
        maxLength={LONGEST_NAME}
        value={draft.role}
        error={refused("role")}
        onChange={(event) => set({ role: event.target.value })}
      />
      <ModelField
        label="Model"
        value={draft.model}
        defaultModel={defaultModel ?? "as set"}
        error={refused("model")}
        onChange={(model) => set({ model })}
      />
      <ToolsField
        present={agent.tools}
        value={draft.tools}
        error={refused("tools")}
        onChange={(tools) => set({ tools })}
      />
      <TextArea
        label="Instructions"
        hint="How it should work. Tasks that begin from now on use them."
        rows={12}
        maxLength={LONGEST_INSTRUCTIONS}
        className="field-sizing-content max-h-[60vh] min-h-50"
        value={draft.instructions}
        error={refused("instructions")}
        onChange={(event) => set({ instructions: event.target.value })}
      />
    </div>
  );
}

/** The form. Ctrl-Enter saves. */
export function AgentForm({ agent, draft }: Props) {
  const { change, drop } = useAgentDrafts.getState();
  const save = useSaveAgent(agent);
  const overtaken = draft.version !== agent.version;
  const error = save.error === null ? null : toHostError(save.error);
  const refused = (field: keyof AgentText) =>
    error?.details.field === field
      ? [error.message, error.details.next_step].filter(Boolean).join(" ")
      : null;
  const elsewhere =
    error !== null &&
    !overtaken &&
    !["name", "role", "model", "tools", "instructions"].includes(error.details.field ?? "");
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
        <Fields agent={agent} draft={draft} refused={refused} />
        {elsewhere ? (
          <ErrorNotice
            title="The change was not saved."
            {...describeError(error)}
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
        </div>
      </form>
    </div>
  );
}
