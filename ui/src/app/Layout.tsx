/** The frame around every screen: rail, screen, status bar, and what can lie above them. */
import { Outlet, useRouterState } from "@tanstack/react-router";
import { lazy, Suspense, useEffect, useRef } from "react";
import { AwayLine } from "@/features/connection/AwayLine";
import { useIsClosed } from "@/features/connection/useIsClosed";
import { SwitchDialog } from "@/shared/backends/SwitchDialog";
import { useKnownUntil } from "@/stores";
import { BudgetWarningLine } from "./BudgetWarningLine";
import { CloseDialog } from "./CloseDialog";
import { CommandPalette } from "./CommandPalette";
import { KeysDialog } from "./KeysDialog";
import { Notice } from "./Notice";
import { Rail } from "./Rail";
import { StatusBar } from "./StatusBar";
import { useStartUp } from "./startUp";
import { useTheme } from "./theme";
import { useAppKeys } from "./useAppKeys";

/** Hardly ever needed, so it is no part of what is loaded first. */
const ClosedScreen = lazy(async () => ({
  default: (await import("@/features/connection/ClosedScreen")).ClosedScreen,
}));

export function Layout() {
  useStartUp();
  useTheme();
  useAppKeys();
  const screen = useFocusedScreen();
  const closed = useIsClosed();
  const away = useKnownUntil() !== null;
  return (
    <div className="grid h-full grid-cols-[auto_minmax(0,1fr)] grid-rows-[minmax(0,1fr)_auto] bg-ground text-ink">
      <Rail />
      <main
        ref={screen}
        tabIndex={-1}
        data-away={away || undefined}
        // Nothing turns as if it were at work while nobody knows whether it is.
        className="data-away:[&_.animate-turn]:[animation-play-state:paused] flex min-w-0 flex-col overflow-hidden outline-none"
      >
        <Notice />
        <AwayLine />
        <BudgetWarningLine />
        <div className="min-h-0 flex-1">
          {closed ? (
            <Suspense fallback={null}>
              <ClosedScreen />
            </Suspense>
          ) : (
            <Outlet />
          )}
        </div>
      </main>
      <StatusBar />
      <CommandPalette />
      <KeysDialog />
      <CloseDialog />
      <SwitchDialog />
    </div>
  );
}

/** After going to another screen, the focus is in it: what had it before is gone from the page. */
function useFocusedScreen() {
  const screen = useRef<HTMLElement>(null);
  const path = useRouterState({ select: (state) => state.resolvedLocation?.pathname });
  // biome-ignore lint/correctness/useExhaustiveDependencies: the path is what tells of another screen.
  useEffect(() => {
    if (document.activeElement === document.body) screen.current?.focus({ preventScroll: true });
  }, [path]);
  return screen;
}
