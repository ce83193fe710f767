import { Link } from "@tanstack/react-router";
import { Keyboard, Monitor, Moon, Search, Sun } from "lucide-react";
import type { ReactElement } from "react";
import { NARROW, useMediaQuery } from "@/shared/hooks/useMediaQuery";
import { cx } from "@/shared/lib/cx";
import { IconButton } from "@/shared/ui/IconButton";
import { Kbd } from "@/shared/ui/Kbd";
import { Tooltip } from "@/shared/ui/Tooltip";
import { THEMES, type ThemeChoice, useQuestionStore, useUiStore } from "@/stores";
import { PLACES, type Place } from "./places";
import { Wheel } from "./Wheel";

/** The way between screens. Icons and words; icons alone when the window is narrow. */
export function Rail() {
  const narrow = useMediaQuery(NARROW);
  const openPalette = useUiStore((state) => state.setPaletteOpen);
  return (
    <nav
      aria-label="Screens"
      className={cx(
        "flex flex-col border-r border-line bg-rail px-2 pt-3 pb-2",
        narrow ? "w-13 items-center" : "w-46",
      )}
    >
      <div className={cx("mb-3 flex h-7 items-center gap-2", narrow ? "" : "px-2")}>
        <Wheel className="size-5 text-accent" />
        <span className={narrow ? "sr-only" : "font-semibold text-ink"}>Wheelhouse</span>
      </div>
      {narrow ? (
        <IconButton
          label="Search or run a command"
          keys="mod+k"
          icon={<Search />}
          className="mb-2 size-8"
          onClick={() => openPalette(true)}
        />
      ) : (
        <button
          type="button"
          onClick={() => openPalette(true)}
          className="mb-3 flex h-8 items-center gap-2 rounded-md border border-line bg-ground px-2 text-left text-ink-3 transition-colors hover:border-line-strong hover:text-ink-2"
        >
          <Search className="size-3.5" aria-hidden="true" />
          <span className="flex-1">Search</span>
          <Kbd keys="mod+k" />
        </button>
      )}
      <ul className="flex flex-col gap-0.5">
        {PLACES.map((place) => (
          <li key={place.to}>
            <RailLink place={place} narrow={narrow} />
          </li>
        ))}
      </ul>
      <div className={cx("mt-auto flex gap-1", narrow && "flex-col")}>
        <ThemeButton />
        <KeysButton />
      </div>
    </nav>
  );
}

function RailLink({ place, narrow }: { place: Place; narrow: boolean }) {
  const Icon = place.icon;
  const open = useQuestionStore((state) =>
    place.to === "/questions" ? state.questions.length : 0,
  );
  const link = (
    <Link
      to={place.to}
      activeOptions={{ exact: place.to === "/", includeSearch: false }}
      className={cx(
        "relative flex h-8 items-center gap-2.5 rounded-md text-ink-2 transition-colors hover:bg-hover hover:text-ink",
        narrow ? "w-8 justify-center" : "px-2",
      )}
      activeProps={{ className: "bg-selected font-medium text-ink", "aria-current": "page" }}
    >
      <Icon className="size-4 shrink-0" aria-hidden="true" />
      <span className={narrow ? "sr-only" : undefined}>{place.name}</span>
      {open === 0 ? null : <Waiting count={open} narrow={narrow} />}
    </Link>
  );
  return (
    <Tooltip content={place.name} keys={place.keys} side="right">
      {link}
    </Tooltip>
  );
}

/** How many questions wait. The one place of the rail that is ever amber. */
function Waiting({ count, narrow }: { count: number; narrow: boolean }) {
  return narrow ? (
    <>
      <span
        aria-hidden="true"
        className="absolute top-1 right-1 size-2 rounded-full bg-signal-mark"
      />
      <span className="sr-only">{count}</span>
    </>
  ) : (
    <span className="tabular ml-auto text-note font-semibold text-signal">{count}</span>
  );
}

const THEME_LOOKS: Record<ThemeChoice, { word: string; icon: ReactElement }> = {
  system: { word: "as the system", icon: <Monitor /> },
  light: { word: "light", icon: <Sun /> },
  dark: { word: "dark", icon: <Moon /> },
};

function ThemeButton() {
  const theme = useUiStore((state) => state.theme);
  const setTheme = useUiStore((state) => state.setTheme);
  const next = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? "system";
  return (
    <IconButton
      label={`Theme: ${THEME_LOOKS[theme].word}. Change to ${THEME_LOOKS[next].word}`}
      icon={THEME_LOOKS[theme].icon}
      onClick={() => setTheme(next)}
    />
  );
}

function KeysButton() {
  const setKeysOpen = useUiStore((state) => state.setKeysOpen);
  return <IconButton label="Keys" keys="?" icon={<Keyboard />} onClick={() => setKeysOpen(true)} />;
}
