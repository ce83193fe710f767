/** Remembers the last screen, so that a new start begins where the last one ended. */
import { LAST_SCREEN } from "@/shared/lib/beginning";
import { isString, keep, readKept } from "@/shared/lib/keep";
import type { AppRouter } from "./router";

/** Goes to the last screen if the window was opened without an address, and remembers every later one. */
export function rememberScreen(router: AppRouter): () => void {
  const last = readKept(LAST_SCREEN, isString);
  const openedBare = router.history.location.href === "/";
  if (openedBare && last?.startsWith("/")) router.history.replace(last);
  return router.subscribe("onResolved", ({ toLocation }) => {
    keep(LAST_SCREEN, toLocation.href);
  });
}
