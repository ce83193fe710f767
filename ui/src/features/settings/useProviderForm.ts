// The state of the form of one provider: what is typed, what is wrong, and saving it with its key.

import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { ProviderKind, ProviderView } from "@/bindings/bindings";
import { api, toHostError } from "@/host";
import { keysQuery, refreshModels } from "@/shared/queries";
import { type LimitFields, limitsOf, parallelProblem, windowsProblem } from "./limitsForm";
import { useProviderDraft } from "./providerDraft";
import { useStartTest } from "./providerQueries";

const LONGEST_NAME = 32;

/** What the form begins with. */
export interface ProviderFields extends LimitFields {
  name: string;
  kind: ProviderKind;
  baseUrl: string;
}

type FieldName = "name" | "kind" | "base_url" | "key" | "limits.parallel" | "limits.windows";

/** What was refused. Without a field it concerns the whole. */
export interface FormProblem {
  field: FieldName | null;
  message: string;
  nextStep: string | null;
}

const FIELD_NAMES: readonly FieldName[] = [
  "name",
  "kind",
  "base_url",
  "key",
  "limits.parallel",
  "limits.windows",
];

/** The provider is kept and its key is not. */
class KeyRefused {
  constructor(readonly cause: unknown) {}
}

function problemOf(thrown: unknown): FormProblem {
  if (thrown instanceof KeyRefused) return { ...problemOf(thrown.cause), field: "key" };
  const { message, details } = toHostError(thrown);
  return {
    field: FIELD_NAMES.find((field) => field === details.field) ?? null,
    message,
    nextStep: details.next_step,
  };
}

/** What can be said before anybody is asked. */
function wrongField({ name, baseUrl, parallel, windows }: ProviderFields): FormProblem | null {
  const wants = (field: FieldName, message: string) => ({ field, message, nextStep: null });
  if (name === "") return wants("name", "Write a name, for example lm-studio.");
  if (baseUrl.trim() === "") return wants("base_url", "Write the address of the server.");
  const calls = parallelProblem(parallel);
  if (calls !== null) return wants("limits.parallel", calls);
  const read = windowsProblem(windows);
  if (read !== null) return wants("limits.windows", read);
  return null;
}

/** A name as models are called by: lower-case letters, digits and `-`. */
export function toName(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]+/g, "-")
    .slice(0, LONGEST_NAME);
}

/** What a save is told of. */
interface Outcome {
  /** The provider is kept; its key may still be refused. */
  onKept: (provider: ProviderView) => void;
  /** All is kept. */
  onDone: (provider: ProviderView) => void;
}

export function useProviderForm(id: number | null, initial: ProviderFields, outcome: Outcome) {
  const client = useQueryClient();
  const startTest = useStartTest();
  const { fields: typed, setFields } = useProviderDraft();
  const fields = typed ?? initial;
  const [key, setKey] = useState("");
  const [problem, setProblem] = useState<FormProblem | null>(null);
  const [busy, setBusy] = useState(false);

  const keepKey = async (provider: number) => {
    try {
      const kept = await api.setProviderKey(provider, key);
      setKey("");
      return kept;
    } catch (cause) {
      // How keys are kept may be another matter than what this window last heard.
      void client.invalidateQueries({ queryKey: keysQuery.queryKey });
      throw new KeyRefused(cause);
    }
  };
  const keep = async () => {
    const { name, kind, baseUrl } = fields;
    const limits = limitsOf(fields);
    const kept = await api.saveProvider({ id, name, kind, base_url: baseUrl.trim(), limits });
    outcome.onKept(kept);
    return key === "" ? kept : keepKey(kept.id);
  };
  const save = async () => {
    if (busy) return;
    const wrong = wrongField(fields);
    setProblem(wrong);
    if (wrong !== null) return;
    setBusy(true);
    try {
      const provider = await keep();
      startTest(provider.id);
      outcome.onDone(provider);
    } catch (cause) {
      setProblem(problemOf(cause));
    } finally {
      refreshModels(client);
      setBusy(false);
    }
  };
  const change = (changed: Partial<ProviderFields>) => {
    setFields({ ...fields, ...changed });
    setProblem(null);
  };
  return { fields, change, key, setKey, problem, setProblem, busy, save };
}
