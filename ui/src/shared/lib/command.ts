/** A command as one types it, and its words. No shell ever reads it: quotes keep words together, and nothing else means anything. */

import type { ToolServerPlace } from "@/bindings/bindings";

/** The words of a command, or what is wrong with it. */
export type Words = { words: string[]; problem: null } | { words: null; problem: string };

const OPEN = "A quote is opened and not closed.";

/** Takes a command apart. A backslash counts only before a space, a quote or another backslash, so that paths of Windows stay whole. */
export function splitCommand(text: string): Words {
  const words: string[] = [];
  let word: string | null = null;
  let quote: '"' | "'" | null = null;
  for (let at = 0; at < text.length; at += 1) {
    const char = text.charAt(at);
    const next = text.charAt(at + 1);
    if (
      char === "\\" &&
      quote !== "'" &&
      (next === '"' || next === "\\" || (quote === null && /[\s']/.test(next)))
    ) {
      word = (word ?? "") + next;
      at += 1;
    } else if (quote !== null) {
      if (char === quote) quote = null;
      else word = (word ?? "") + char;
    } else if (char === '"' || char === "'") {
      quote = char;
      word ??= "";
    } else if (/\s/.test(char)) {
      if (word !== null) words.push(word);
      word = null;
    } else {
      word = (word ?? "") + char;
    }
  }
  if (quote !== null) return { words: null, problem: OPEN };
  if (word !== null) words.push(word);
  return { words, problem: null };
}

/** The command that `splitCommand` takes apart into these words. */
export function joinCommand(words: readonly string[]): string {
  return words.map(quoted).join(" ");
}

/** Where a tool server is, as one would type it. */
export function placeText(place: ToolServerPlace): string {
  return place.kind === "program" ? joinCommand([place.command, ...place.arguments]) : place.url;
}

function quoted(word: string): string {
  if (/^[^\s"'\\]+$/.test(word)) return word;
  return `"${word.replaceAll(/["\\]/g, "\\$&")}"`;
}
