// A field for the name of a model: written freely, or chosen from what the providers list.

import { useQuery } from "@tanstack/react-query";
import type { ModelChoice } from "@/bindings/bindings";
import { describeError } from "@/host";
import { modelsQuery } from "../queries";
import { SuggestField, type Suggestion } from "../ui/SuggestField";
import { DEFAULT_MODEL, modelWords, REHEARSAL } from "./modelWords";

export interface ModelFieldProps {
  label: string;
  /** `rehearsal`, `<provider>/<model>`, or `default` where there is one. */
  value: string;
  onChange: (value: string) => void;
  /** What `default` stands for now. Left out where a model must be named. */
  defaultModel?: string;
  error?: string | null;
}

/** What a model reads and writes in one call, in short: 33K, 1M. */
const TOKENS = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 0 });

const ONLY_REHEARSAL: readonly ModelChoice[] = [{ name: REHEARSAL, provider: null }];

/** What can be chosen: the default, where there is one, then everything that is listed. */
function suggestionsOf(
  models: readonly ModelChoice[],
  defaultWords: string | undefined,
): Suggestion[] {
  const named = models.map(({ name, window }) => ({
    value: name,
    label: window ? `${modelWords(name)} · ${TOKENS.format(window)} tokens` : modelWords(name),
  }));
  return defaultWords === undefined ? named : [{ value: "", label: defaultWords }, ...named];
}

/** The field. An empty one means the default, where there is one. */
export function ModelField({ label, value, onChange, defaultModel, error }: ModelFieldProps) {
  const models = useQuery(modelsQuery);
  const listed = models.data?.models ?? ONLY_REHEARSAL;
  const defaultWords =
    defaultModel === undefined ? undefined : `Default for its kind (now: ${defaultModel})`;
  const hasDefault = defaultWords !== undefined;
  return (
    <SuggestField
      label={label}
      value={hasDefault && value === DEFAULT_MODEL ? "" : value}
      onChange={(next) => onChange(hasDefault && next === "" ? DEFAULT_MODEL : next)}
      suggestions={suggestionsOf(listed, defaultWords)}
      nothing="No listed model has this in its name. It is used as written."
      placeholder={defaultWords ?? "provider/model"}
      hint={
        models.error === null
          ? undefined
          : `The models could not be listed. ${describeError(models.error).message} A name can still be written.`
      }
      error={error}
    />
  );
}
