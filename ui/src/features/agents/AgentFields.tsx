// What of an agent can be written, for one that is there and for a new one.

import type { AgentKind } from "@/bindings/bindings";
import { FallbackFields } from "@/shared/model/FallbackFields";
import { ModelField } from "@/shared/model/ModelField";
import { TextArea } from "@/shared/ui/TextArea";
import { TextField } from "@/shared/ui/TextField";
import { useDefaultModel } from "./agentQueries";
import { type AgentDraft, type AgentText, useAgentDrafts } from "./drafts";
import { ToolsField } from "./ToolsField";
import type { Refused } from "./useRefused";

const LONGEST_NAME = 80;
const LONGEST_INSTRUCTIONS = 20_000;

interface Props {
  /** Number under which the draft is kept. */
  id: number;
  kind: AgentKind;
  /** The tools that the agent has now. */
  present: readonly string[];
  draft: AgentDraft;
  refused: Refused;
}

/** The fields, with what was refused at the one that it concerns. */
export function AgentFields({ id, kind, present, draft, refused }: Props) {
  const change = useAgentDrafts((state) => state.change);
  const defaultModel = useDefaultModel({ kind });
  const set = (changed: Partial<AgentText>) => change(id, changed);
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
      <div>
        <ModelField
          label="Model"
          value={draft.model}
          defaultModel={defaultModel ?? "as set"}
          error={refused("model")}
          onChange={(model) => set({ model })}
        />
        <FallbackFields
          whose={draft.name.trim() === "" ? "the new agent" : draft.name}
          models={draft.fallbacks ?? []}
          error={refused("fallbacks")}
          onChange={(fallbacks) => set({ fallbacks })}
        />
      </div>
      <ToolsField
        present={present}
        value={draft.tools}
        error={refused("tools")}
        onChange={(tools) => set({ tools })}
      />
    </div>
  );
}
