/**
 * One listener for every key of the window. A binding is a chord (`mod+k`) or a sequence (`g w`). The newest
 * registration of a binding wins, so that what is open in front answers first. Plain letters do nothing while
 * somebody types, nor while a dialog is open, unless the binding is marked for it.
 */
import { useEffect, useRef } from "react";

export interface KeyBinding {
  keys: string;
  /** What it does, for the list of keys. */
  label: string;
  run: (event: KeyboardEvent) => void;
  /** Works while somebody types and while a dialog is open. For chords with a modifier. */
  always?: boolean;
}

/** How long the second key of a sequence may take, in milliseconds. */
const SEQUENCE = 1200;

const stack: KeyBinding[] = [];
let before: { key: string; at: number } | null = null;

/** Registers bindings. Gives the function that takes them away again. */
export function addKeys(bindings: readonly KeyBinding[]): () => void {
  if (stack.length === 0) window.addEventListener("keydown", onKeyDown);
  stack.push(...bindings);
  return () => {
    for (const binding of bindings) {
      const index = stack.lastIndexOf(binding);
      if (index >= 0) stack.splice(index, 1);
    }
    if (stack.length === 0) window.removeEventListener("keydown", onKeyDown);
  };
}

/** The bindings that work now, each once, in the order of their registration. */
export function registeredKeys(): KeyBinding[] {
  const seen = new Map<string, KeyBinding>();
  for (const binding of stack) seen.set(binding.keys, binding);
  return [...seen.values()];
}

function onKeyDown(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.isComposing) return;
  const key = chordOf(event);
  const sequence =
    before !== null && event.timeStamp - before.at < SEQUENCE ? `${before.key} ${key}` : null;
  const binding = (sequence !== null && find(sequence, event)) || find(key, event);
  before = binding ? null : { key, at: event.timeStamp };
  if (!binding) return;
  event.preventDefault();
  binding.run(event);
}

function find(keys: string, event: KeyboardEvent): KeyBinding | undefined {
  const quiet = isTyping(event) || document.querySelector('[role="dialog"]') !== null;
  return stack.findLast((binding) => binding.keys === keys && (binding.always || !quiet));
}

function chordOf(event: KeyboardEvent): string {
  const key = event.key === "Escape" ? "esc" : event.key.toLowerCase();
  const parts = [];
  if (event.ctrlKey || event.metaKey) parts.push("mod");
  if (event.altKey) parts.push("alt");
  // Shift is part of the character itself for signs such as `?`.
  if (event.shiftKey && key.length > 1) parts.push("shift");
  return [...parts, key].join("+");
}

/** Boxes and sliders take no letters; what else they take, Enter for example, is theirs. */
function isTyping({ target, key }: KeyboardEvent): boolean {
  if (!(target instanceof HTMLElement)) return false;
  const ticked = target instanceof HTMLInputElement && /^(checkbox|radio|range)$/.test(target.type);
  if (ticked) return key.length > 1 || key === " ";
  return target.isContentEditable || /^(input|textarea|select)$/i.test(target.tagName);
}

/** Registers bindings while the component is there. What they do may change from one drawing to the next. */
export function useKeys(bindings: readonly KeyBinding[]): void {
  const latest = useRef(bindings);
  useEffect(() => {
    latest.current = bindings;
  });
  const names = bindings.map((binding) => binding.keys).join("|");
  // biome-ignore lint/correctness/useExhaustiveDependencies: the names stand for the bindings; the rest is read when a key is pressed.
  useEffect(
    () =>
      addKeys(
        latest.current.map((binding, index) => ({
          ...binding,
          run: (event) => latest.current[index]?.run(event),
        })),
      ),
    [names],
  );
}
