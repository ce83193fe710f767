/**
 * Another backend is in place: the window begins anew, at Home. All that was in memory of the former one goes with the
 * page, so that nothing of one backend is ever drawn over another.
 */
import { keep } from "./keep";

/** Where the last screen is remembered. It belongs to the backend that it was shown from. */
export const LAST_SCREEN = "screen.last";

/** Loads the window anew at Home. */
export function beginElsewhere(): void {
  keep(LAST_SCREEN, undefined);
  // Nothing of the former backend stays on the screen until the page is gone.
  document.getElementById("root")?.setAttribute("hidden", "");
  window.history.replaceState(null, "", "#/");
  window.location.reload();
}
