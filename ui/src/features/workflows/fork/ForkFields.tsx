// What can be written in a fork: nothing, words, a model, an answer, or other inputs.

import { ModelField } from "@/shared/model/ModelField";
import { TextArea } from "@/shared/ui/TextArea";
import type { Workflow } from "@/stores";
import type { Draft } from "./edits";
import { InputsFields } from "./InputsFields";
import { givenTo } from "./useFork";

interface Props {
  workflow: Workflow;
  draft: Draft;
  /** Whether the answer is a value. */
  structured: boolean;
  problem: string | null;
  onChange: (change: Partial<Draft>) => void;
}

/** The fields of the chosen change. */
export function ForkFields({ workflow, draft, structured, problem, onChange }: Props) {
  switch (draft.kind) {
    case "again":
      return null;
    case "prompt":
      return (
        <TextArea
          label="What it is told"
          rows={7}
          value={draft.prompt}
          error={problem}
          onChange={(event) => onChange({ prompt: event.target.value })}
        />
      );
    case "model":
      return (
        <ModelField label="Model" value={draft.model} onChange={(model) => onChange({ model })} />
      );
    case "output":
      return (
        <TextArea
          label={structured ? "Answer as JSON" : "Answer"}
          rows={9}
          value={draft.output}
          error={problem}
          className={structured ? "font-mono" : ""}
          onChange={(event) => onChange({ output: event.target.value })}
        />
      );
    case "inputs":
      return (
        <InputsFields
          template={workflow.template}
          given={givenTo(workflow)}
          onChange={(inputs) => onChange({ inputs })}
        />
      );
  }
}
