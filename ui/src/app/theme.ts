import { useEffect } from "react";
import { useMediaQuery } from "@/shared/hooks/useMediaQuery";
import { type ThemeChoice, useUiStore } from "@/stores";

/** Puts a theme on the page. */
export function applyTheme(choice: ThemeChoice, systemIsDark: boolean): void {
  const dark = choice === "dark" || (choice === "system" && systemIsDark);
  document.documentElement.dataset.theme = dark ? "dark" : "light";
}

/** Keeps the page in the chosen theme, or in the system's. */
export function useTheme(): void {
  const choice = useUiStore((state) => state.theme);
  const systemIsDark = useMediaQuery("(prefers-color-scheme: dark)");
  useEffect(() => applyTheme(choice, systemIsDark), [choice, systemIsDark]);
}
