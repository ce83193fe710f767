// How much is asked of a provider at once, and how much its models read. Folded: what is usual fits most.

import { useState } from "react";
import type { ProviderKind } from "@/bindings/bindings";
import { TextArea } from "@/shared/ui/TextArea";
import { TextField } from "@/shared/ui/TextField";
import type { LimitFields } from "./limitsForm";

interface Props {
  /** The form that the fields belong to. */
  form: string;
  kind: ProviderKind;
  /** Calls at the same time where nothing is set; none while the provider is new. */
  usual: number | null;
  fields: LimitFields;
  onChange: (changed: Partial<LimitFields>) => void;
  /** What was refused. */
  parallelError: string | null;
  windowsError: string | null;
}

const EXAMPLE: Record<ProviderKind, string> = {
  open_ai: "qwen3-8b 32768",
  anthropic: "claude-sonnet-4-5 200000",
  gemini: "gemini-2.5-flash 1048576",
  ollama: "qwen3:8b 32768",
};

export function LimitsFields(props: Props) {
  const { form, kind, usual, fields, onChange, parallelError, windowsError } = props;
  // Only at first: who clears a field wants to go on writing in it.
  const [open, setOpen] = useState(fields.parallel !== "" || fields.windows !== "");
  const wrong = parallelError !== null || windowsError !== null;
  return (
    <details
      open={open || wrong}
      onToggle={(event) => setOpen(event.currentTarget.open)}
      className="mt-3 max-w-120"
    >
      <summary className="inline-flex h-6 items-center rounded-sm text-note text-accent">
        Limits
      </summary>
      <div className="mt-2 flex flex-col gap-3">
        <TextField
          form={form}
          label="Calls at the same time"
          value={fields.parallel}
          inputMode="numeric"
          autoComplete="off"
          placeholder={usual === null ? "As usual" : String(usual)}
          hint="Further calls wait in line. As usual: 4 on this machine, 8 elsewhere."
          error={parallelError}
          onChange={(event) => onChange({ parallel: event.target.value })}
        />
        <TextArea
          form={form}
          label="Tokens that models read in one call"
          value={fields.windows}
          rows={2}
          spellCheck={false}
          placeholder={EXAMPLE[kind]}
          hint="A model and a number in each line. Only for models whose provider does not say it."
          error={windowsError}
          onChange={(event) => onChange({ windows: event.target.value })}
        />
      </div>
    </details>
  );
}
