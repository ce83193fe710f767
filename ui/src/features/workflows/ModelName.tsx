// The name of a model, wherever its work is shown.

import { REHEARSAL } from "./words";

/** The name of a model; the stand-in says what it is. */
export function ModelName({ model }: { model: string }) {
  return model === REHEARSAL ? (
    <span title="Rehearsal is a rule-based stand-in, not a language model.">
      rehearsal, a rule-based stand-in
    </span>
  ) : (
    <span>{model}</span>
  );
}
