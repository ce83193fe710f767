import { Check, Monitor, Moon, Sun } from "lucide-react";
import type { ReactElement } from "react";
import { FieldGroup } from "@/shared/ui/FieldGroup";
import { THEMES, type ThemeChoice, useUiStore } from "@/stores";
import { Part } from "./Part";

const LOOKS: Record<ThemeChoice, { name: string; note: string; icon: ReactElement }> = {
  system: { name: "As the system", note: "Changes with it, at once", icon: <Monitor /> },
  light: { name: "Light", note: "Warm paper", icon: <Sun /> },
  dark: { name: "Dark", note: "Deep blue-grey", icon: <Moon /> },
};

function ThemeOption({ theme, chosen }: { theme: ThemeChoice; chosen: boolean }) {
  const setTheme = useUiStore((state) => state.setTheme);
  const { name, note, icon } = LOOKS[theme];
  return (
    <label className="row has-checked:bg-selected has-focus-visible:outline-2 has-focus-visible:outline-accent hover:bg-hover">
      <input
        type="radio"
        name="theme"
        value={theme}
        checked={chosen}
        onChange={() => setTheme(theme)}
        className="sr-only"
      />
      <span className="text-ink-2 [&>svg]:size-4" aria-hidden="true">
        {icon}
      </span>
      <span className="w-32 text-ink">{name}</span>
      <span className="flex-1 text-note text-ink-3">{note}</span>
      {chosen ? <Check className="size-4 text-accent" aria-hidden="true" /> : null}
    </label>
  );
}

/** The theme. */
export function AppearanceSection() {
  const current = useUiStore((state) => state.theme);
  return (
    <Part title="Theme" lead="Where the system asks for less motion, nothing moves.">
      <FieldGroup
        legend="Theme"
        look="hidden"
        className="-mx-3 max-w-120"
        layout="flex flex-col gap-0.5"
      >
        {THEMES.map((theme) => (
          <ThemeOption key={theme} theme={theme} chosen={theme === current} />
        ))}
      </FieldGroup>
    </Part>
  );
}
