// An agent that is not here yet: all that it would be told, so that nobody adds what they have not seen.

import type { AgentText } from "@/bindings/bindings";
import { Facts } from "@/shared/inspector/Facts";
import { DEFAULT_MODEL, modelWords } from "@/shared/model/modelWords";
import { toolsWords } from "../toolWords";

/** Profession, model, tools, and the instructions in full. */
export function AgentPreview({ agent }: { agent: AgentText }) {
  const { role, model, tools, instructions } = agent;
  return (
    <>
      <Facts
        facts={[
          { name: "Profession", value: role },
          {
            name: "Model",
            value: model === DEFAULT_MODEL ? "Default for specialists" : modelWords(model),
          },
          { name: "Tools", value: toolsWords(tools) },
        ]}
      />
      <h3 className="mt-3 mb-1 text-note font-semibold text-ink-2">Instructions</h3>
      <p className="rounded-md bg-rail px-3 py-2.5 break-words whitespace-pre-wrap text-ink select-text">
        {instructions}
      </p>
    </>
  );
}
