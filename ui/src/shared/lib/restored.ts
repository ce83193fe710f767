/** After a copy has taken the journal's place the window is loaded anew, and then says what was restored. */
import { isString, keep, readKept } from "./keep";

const RESTORED = "restored";

/** Loads the window anew over what was opened; `name` is the copy that was restored, where one was. */
export function beginAnew(name?: string): void {
  keep(RESTORED, name, sessionStorage);
  window.location.reload();
}

/** What was restored just before the window was loaded, told once; undefined where nothing was. */
export function takeRestored(): string | undefined {
  const name = readKept(RESTORED, isString, sessionStorage);
  keep(RESTORED, undefined, sessionStorage);
  return name;
}
