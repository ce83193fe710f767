/**
 * Lists of rows with an id. Every function gives the same array back when nothing changed, and keeps the
 * identity of every row that did not, so that only what changed is drawn again.
 */
import { same } from "@/shared/lib/same";

interface Row {
  id: number;
}

/** Changes the fields of one row. */
export function patchRow<T extends Row>(rows: T[], id: number, updates: Partial<T>): T[] {
  const index = rows.findIndex((row) => row.id === id);
  const row = rows[index];
  if (row === undefined) return rows;
  const next = { ...row, ...updates };
  return same(row, next) ? rows : rows.with(index, next);
}

/** Takes one row out. */
export function dropRow<T extends Row>(rows: T[], id: number): T[] {
  return rows.some((row) => row.id === id) ? rows.filter((row) => row.id !== id) : rows;
}

/** Puts rows in by number, replacing those with the same number. */
export function mergeRows<T extends Row>(
  rows: T[],
  incoming: readonly T[],
  order: "newest" | "oldest",
): T[] {
  if (incoming.length === 0) return rows;
  const byId = new Map(rows.map((row) => [row.id, row]));
  let changed = false;
  for (const row of incoming) {
    const known = byId.get(row.id);
    if (known !== undefined && same(known, row)) continue;
    byId.set(row.id, row);
    changed = true;
  }
  return changed ? sorted([...byId.values()], order) : rows;
}

/** Puts `incoming` in the place of all rows; those that are equal keep their identity. */
export function replaceRows<T extends Row>(
  rows: T[],
  incoming: readonly T[],
  order: "newest" | "oldest",
): T[] {
  const byId = new Map(rows.map((row) => [row.id, row]));
  const next = sorted(
    incoming.map((row) => {
      const known = byId.get(row.id);
      return known !== undefined && same(known, row) ? known : row;
    }),
    order,
  );
  const unchanged = next.length === rows.length && next.every((row, index) => row === rows[index]);
  return unchanged ? rows : next;
}

function sorted<T extends Row>(rows: T[], order: "newest" | "oldest"): T[] {
  return rows.sort((a, b) => (order === "newest" ? b.id - a.id : a.id - b.id));
}
