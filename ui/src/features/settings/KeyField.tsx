// The key of a provider. It goes in and never comes out: what is kept is only said to be kept.

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { KeyOrigin, ProviderKind } from "@/bindings/bindings";
import { api, describeError } from "@/host";
import { keysQuery, refreshModels } from "@/shared/queries";
import { Button } from "@/shared/ui/Button";
import { TextField } from "@/shared/ui/TextField";

const HINTS: Record<ProviderKind, string> = {
  open_ai: "Servers on this machine usually need none.",
  anthropic: "Made in the console of Anthropic.",
  gemini: "Made in Google AI Studio.",
  ollama: "Usually none is needed.",
};

const GIVEN =
  "The environment of Wheelhouse gives the key. It goes before one that is written here.";

const FORGOTTEN = {
  yes: "The key is forgotten.",
  given: "No key is kept here any more. The environment of Wheelhouse still gives one.",
} as const;

interface Props {
  /** The provider, once it is kept. */
  id: number | null;
  kind: ProviderKind;
  /** Where its key comes from. */
  from: KeyOrigin | null;
  value: string;
  onChange: (value: string) => void;
  error: string | null;
}

function useForget(id: number | null, onForgotten: (stillGiven: boolean) => void) {
  const client = useQueryClient();
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const forget = async () => {
    if (id === null) return;
    setBusy(true);
    setProblem(null);
    try {
      const { key_from } = await api.setProviderKey(id, "");
      onForgotten(key_from !== null);
      refreshModels(client);
    } catch (cause) {
      const { message, nextStep } = describeError(cause);
      setProblem(nextStep === null ? message : `${message} ${nextStep}`);
    } finally {
      setBusy(false);
    }
  };
  return { forget, problem, busy };
}

/** Says that a key is kept, with the ways to replace and to forget it. */
function Kept({
  id,
  onReplace,
  onForgotten,
}: Pick<Props, "id"> & { onReplace: () => void; onForgotten: (stillGiven: boolean) => void }) {
  const { forget, problem, busy } = useForget(id, onForgotten);
  return (
    <div className="flex flex-col gap-1">
      <span className="text-note font-medium text-ink-2">Key</span>
      <div className="flex h-8 items-center gap-2">
        <span className="flex-1 text-ink">A key is kept.</span>
        <Button small onClick={onReplace}>
          Replace
        </Button>
        <Button small variant="quiet" busy={busy} onClick={() => void forget()}>
          Forget
        </Button>
      </div>
      {problem === null ? null : (
        <p role="alert" className="text-note text-bad">
          {problem}
        </p>
      )}
    </div>
  );
}

/** The field for a new key, or what is said of the kept one. */
export function KeyField({ id, kind, from, value, onChange, error }: Props) {
  const { data: keys } = useQuery(keysQuery);
  const [replacing, setReplacing] = useState(false);
  const [forgotten, setForgotten] = useState<"no" | "yes" | "given">("no");
  const given = from === "environment";
  const kept = from !== null && !given;
  if (kept && !replacing && forgotten === "no") {
    return (
      <Kept
        id={id}
        onReplace={() => setReplacing(true)}
        onForgotten={(stillGiven) => setForgotten(stillGiven ? "given" : "yes")}
      />
    );
  }
  const closed = keys?.place === "file" && (keys.locked || !keys.exists);
  return (
    <TextField
      type="password"
      label="Key"
      autoComplete="off"
      spellCheck={false}
      // Whoever asked for the field came to write in it.
      autoFocus={replacing}
      disabled={closed}
      value={value}
      hint={
        closed
          ? "The file of keys is closed. Open it below, then the key can be written."
          : forgotten === "no"
            ? given
              ? GIVEN
              : HINTS[kind]
            : FORGOTTEN[forgotten]
      }
      error={error}
      onChange={(event) => onChange(event.target.value)}
    />
  );
}
