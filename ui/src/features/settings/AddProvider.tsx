// The ways to begin with a new provider: from what many have, or from any address.

import { ChevronDown, Plus } from "lucide-react";
import { Button } from "@/shared/ui/Button";
import { Menu } from "@/shared/ui/Menu";
import { OTHER, PRESETS, type Preset } from "./presets";
import { PROVIDER_KINDS } from "./providerWords";

interface Props {
  onChoose: (preset: Preset) => void;
}

const GROUPS = [
  { heading: "On this machine", presets: PRESETS.filter((preset) => preset.place === "here") },
  {
    heading: "Elsewhere: words leave this machine",
    presets: [...PRESETS.filter((preset) => preset.place === "elsewhere"), OTHER],
  },
];

/** The menu, where there are providers already. */
export function AddProvider({ onChoose }: Props) {
  return (
    <Menu
      trigger={
        <Button icon={<Plus className="size-3.5" />}>
          Add a provider
          <ChevronDown className="size-3.5 text-ink-3" aria-hidden="true" />
        </Button>
      }
      groups={GROUPS.map(({ heading, presets }) => ({
        heading,
        items: presets.map((preset) => ({
          key: preset.title,
          label: preset.title,
          ...(preset.kind === "open_ai" && preset !== OTHER
            ? { note: PROVIDER_KINDS.open_ai }
            : {}),
          onSelect: () => onChoose(preset),
        })),
      }))}
    />
  );
}

/** The same in the open, where there is no provider yet. */
export function FirstProvider({ onChoose }: Props) {
  return (
    <div className="grid grid-cols-2 gap-x-8 border-t border-line pt-3">
      {GROUPS.map(({ heading, presets }) => (
        <section key={heading} aria-label={heading}>
          <h3 className="mb-1 text-note text-ink-3">{heading}</h3>
          <ul className="-mx-3">
            {presets.map((preset) => (
              <li key={preset.title}>
                <button
                  type="button"
                  onClick={() => onChoose(preset)}
                  className="row w-full text-left transition-colors hover:bg-hover"
                >
                  <Plus className="size-3.5 shrink-0 text-ink-3" aria-hidden="true" />
                  <span className="flex-1 text-ink">{preset.title}</span>
                </button>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </div>
  );
}
