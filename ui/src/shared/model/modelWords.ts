/** How names of models are read: `default`, `rehearsal`, or `<provider>/<model>`. */

/** Model of an agent that uses whatever is set for its kind. */
export const DEFAULT_MODEL = "default";

/** The rule-based stand-in. */
export const REHEARSAL = "rehearsal";

/** A model as people read it. */
export function modelWords(name: string): string {
  return name === REHEARSAL ? "rehearsal, a rule-based stand-in" : name;
}

/** The provider that a model's name begins with; null for `default` and `rehearsal`. The model may contain `/` itself. */
export function providerOf(name: string): string | null {
  const slash = name.indexOf("/");
  return slash > 0 ? name.slice(0, slash) : null;
}
