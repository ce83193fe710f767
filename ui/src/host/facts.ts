/**
 * Tells which kinds of facts were recorded, for what is asked for and kept in a cache: it asks anew when something
 * happened that it depends on. Rows that come with frames need none of this.
 */
import type { Frame } from "@/bindings/bindings";

/** Given the kinds of facts in the newest frames; null where anything may have happened. */
type Listener = (kinds: ReadonlySet<string> | null) => void;

const listeners = new Set<Listener>();

/** Calls `listener` after each batch of frames until the returned function is called. */
export function onFacts(listener: Listener): () => void {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

/** Passes on what frames tell of. */
export function tellFacts(frames: readonly Frame[]): void {
  if (frames.length === 0 || listeners.size === 0) return;
  const fresh = frames.some((frame) => frame.kind === "snapshot");
  const kinds = new Set(frames.flatMap((frame) => frame.events.map((event) => event.kind)));
  for (const listener of listeners) listener(fresh ? null : kinds);
}
