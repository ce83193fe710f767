/** A price as fields of text, and back. */
import type { PriceView, ProviderKind, SavePrice } from "@/bindings/bindings";
import { dollarsText, readDollars } from "@/shared/lib/money";

export const PROVIDER_KINDS: readonly { value: ProviderKind; label: string }[] = [
  { value: "open_ai", label: "OpenAI-compatible" },
  { value: "anthropic", label: "Anthropic" },
  { value: "gemini", label: "Gemini" },
  { value: "ollama", label: "Ollama" },
];

export interface PriceFields {
  kind: ProviderKind;
  model: string;
  input: string;
  output: string;
  cached: string;
  cacheWrite: string;
  from: string;
  note: string;
}

const dayOf = (at: number) => new Date(at).toISOString().slice(0, 10);

/** The fields that show a price. One that the program came with begins one of the operator's own, from today on. */
export function fieldsOf(view: PriceView | null, now: number): PriceFields {
  if (view === null) {
    const empty = { model: "", input: "", output: "", cached: "", cacheWrite: "", note: "" };
    return { kind: "open_ai", ...empty, from: dayOf(now) };
  }
  const { price } = view;
  return {
    kind: price.kind,
    model: price.model,
    input: dollarsText(price.input),
    output: dollarsText(price.output),
    cached: dollarsText(price.cached ?? null),
    cacheWrite: dollarsText(price.cache_write ?? null),
    from: dayOf(view.id === null ? now : price.valid_from),
    note: view.id === null ? "" : (price.note ?? ""),
  };
}

/** What is wrong, by field; empty when nothing is. */
export function problemsOf(fields: PriceFields): Partial<Record<keyof PriceFields, string>> {
  const problems: Partial<Record<keyof PriceFields, string>> = {};
  if (fields.model.trim() === "") problems.model = "Name the model.";
  for (const field of ["input", "output"] as const) {
    const amount = readDollars(fields[field]);
    if (amount === null || amount === undefined) {
      problems[field] = "Use an amount like 2.50; 0 for what costs nothing.";
    }
  }
  for (const field of ["cached", "cacheWrite"] as const) {
    if (readDollars(fields[field]) === undefined) {
      problems[field] = "Use an amount, or leave it empty.";
    }
  }
  if (Number.isNaN(Date.parse(fields.from))) problems.from = "Choose a date.";
  return problems;
}

/** The wish that the fields say. Only where nothing is wrong with them. */
export function wishOf(fields: PriceFields, id: number | null): Omit<SavePrice, "request_key"> {
  return {
    id,
    price: {
      kind: fields.kind,
      model: fields.model.trim(),
      input: readDollars(fields.input) ?? 0,
      output: readDollars(fields.output) ?? 0,
      cached: readDollars(fields.cached) ?? null,
      cache_write: readDollars(fields.cacheWrite) ?? null,
      valid_from: Date.parse(fields.from),
      note: fields.note.trim(),
    },
  };
}
