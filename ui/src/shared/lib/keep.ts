/**
 * Small things that the window remembers: theme, panel sizes, the last screen, a draft. Kept in the webview's
 * own storage; nothing of value is ever only here. Storage may be refused (a full disk): then they are
 * forgotten at the end of the session, which is all that happens.
 */

/** Reads what was kept under `key`, if it has the form that `accept` asks for. */
export function readKept<T>(
  key: string,
  accept: (value: unknown) => value is T,
  storage: Storage = localStorage,
): T | undefined {
  try {
    const text = storage.getItem(key);
    if (text === null) return undefined;
    const value: unknown = JSON.parse(text);
    return accept(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Keeps `value` under `key`; `undefined` forgets it. */
export function keep(key: string, value: unknown, storage: Storage = localStorage): void {
  try {
    if (value === undefined) storage.removeItem(key);
    else storage.setItem(key, JSON.stringify(value));
  } catch {
    // Refused storage is described above; there is nothing to mend here.
  }
}

export const isString = (value: unknown): value is string => typeof value === "string";
export const isNumber = (value: unknown): value is number =>
  typeof value === "number" && Number.isFinite(value);
