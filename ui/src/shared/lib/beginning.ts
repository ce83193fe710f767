/**
 * Another backend is in place: the window begins anew, at Home if nothing else was asked for. All that was in memory of the former one goes with the
 * page, so that nothing of one backend is ever drawn over another.
 */
import { keep } from "./keep";

/** Where the last screen is remembered. It belongs to the backend that it was shown from. */
export const LAST_SCREEN = "screen.last";

/** Loads the window anew, at Home or at another address of the backend that is in place now. */
export function beginElsewhere(at = "/"): void {
  keep(LAST_SCREEN, undefined);
  // Nothing of the former backend stays on the screen until the page is gone.
  document.getElementById("root")?.setAttribute("hidden", "");
  window.history.replaceState(null, "", `#${at}`);
  window.location.reload();
}
