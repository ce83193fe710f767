/** What is open in the window, and the chosen theme. */
import { create } from "zustand";
import { keep, readKept } from "@/shared/lib/keep";

export type ThemeChoice = "system" | "light" | "dark";

export const THEMES: readonly ThemeChoice[] = ["system", "light", "dark"];

const THEME_KEY = "theme";
const isTheme = (value: unknown): value is ThemeChoice => THEMES.some((theme) => theme === value);

export interface UiState {
  theme: ThemeChoice;
  paletteOpen: boolean;
  keysOpen: boolean;
  /** How many workflows run while the operator wants to close the window; null when they don't. */
  closing: number | null;
  /** Something that the window has to say once, for example why a second start did nothing. */
  notice: string | null;
  setTheme: (theme: ThemeChoice) => void;
  setPaletteOpen: (open: boolean) => void;
  setKeysOpen: (open: boolean) => void;
  setClosing: (running: number | null) => void;
  setNotice: (notice: string | null) => void;
}

export const useUiStore = create<UiState>()((set) => ({
  theme: readKept(THEME_KEY, isTheme) ?? "system",
  paletteOpen: false,
  keysOpen: false,
  closing: null,
  notice: null,
  setTheme: (theme) => {
    keep(THEME_KEY, theme);
    set({ theme });
  },
  setPaletteOpen: (paletteOpen) => set({ paletteOpen }),
  setKeysOpen: (keysOpen) => set({ keysOpen }),
  setClosing: (closing) => set({ closing }),
  setNotice: (notice) => set({ notice }),
}));
