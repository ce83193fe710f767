/** How money is written and read. Amounts are millionths of a US dollar, as the backend counts them. */
import type { Tally } from "@/bindings/bindings";
import { formatCount, plural } from "./format";

const DOLLAR = 1_000_000;

/** `$0.42`; below a cent with as many places as it takes, so that nothing looks free that is not. */
export function formatMoney(amount: number): string {
  const dollars = amount / DOLLAR;
  const places = amount !== 0 && Math.abs(amount) < DOLLAR / 10 ? 6 : 2;
  const text = dollars.toFixed(places);
  const short = places === 2 ? text : text.replace(/0{1,4}$/, "");
  return `$${places === 2 ? Number(text).toLocaleString("en-US", { minimumFractionDigits: 2 }) : short}`;
}

/** A cost in words: what is known, how sure it is, and what is not known. Null where nothing was counted. */
export function spentWords(spent: Tally): string | null {
  if (spent.money === 0 && spent.unpriced === 0 && spent.tokens === 0) return null;
  const sure = spent.possible > 0 ? "up to " : "";
  const known = `${sure}${formatMoney(spent.money)}`;
  const unknown = unpricedWords(spent);
  if (unknown === null) return known;
  return spent.money === 0 ? unknown : `${known} and ${unknown}`;
}

/** The calls whose price is not known, in words. Null where there are none. */
export function unpricedWords(spent: Tally): string | null {
  return spent.unpriced === 0 ? null : `${plural(spent.unpriced, "call")} of unknown price`;
}

/** `$0.42 · 12,300 tokens`. */
export function spentInFull(spent: Tally): string {
  const words = spentWords(spent) ?? formatMoney(0);
  return `${words.charAt(0).toUpperCase()}${words.slice(1)} · ${formatCount(spent.tokens)} tokens`;
}

/** The text of a field for an amount; empty for none. */
export function dollarsText(amount: number | null): string {
  return amount === null ? "" : String(amount / DOLLAR);
}

/** The amount that a field says: null when it is empty, undefined when it can't be read. */
export function readDollars(text: string): number | null | undefined {
  const trimmed = text.trim().replace(/^\$/, "");
  if (trimmed === "") return null;
  return /^\d{1,9}(\.\d{0,6})?$|^\.\d{1,6}$/.test(trimmed)
    ? Math.round(Number(trimmed) * DOLLAR)
    : undefined;
}

/** The whole number that a field says: null when it is empty, undefined when it can't be read. */
export function readCount(text: string): number | null | undefined {
  const trimmed = text.trim().replaceAll(",", "");
  if (trimmed === "") return null;
  return /^\d{1,15}$/.test(trimmed) ? Number(trimmed) : undefined;
}
