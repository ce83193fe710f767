// Everything that is set: one section at a time, each at an address of its own.

import { Link, useParams } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { AboutSection } from "./AboutSection";
import { AppearanceSection } from "./AppearanceSection";
import { BudgetsSection } from "./BudgetsSection";
import { BackendsSection } from "./backends/BackendsSection";
import { DataSection } from "./DataSection";
import { KeysSection } from "./KeysSection";
import { ModelsSection } from "./ModelsSection";
import { SECTIONS, type SectionId } from "./sections";
import { ToolServersSection } from "./toolServers/ToolServersSection";

const CONTENTS: Record<SectionId, () => ReactNode> = {
  models: ModelsSection,
  keys: KeysSection,
  budgets: BudgetsSection,
  "tool-servers": ToolServersSection,
  backends: BackendsSection,
  appearance: AppearanceSection,
  data: DataSection,
  about: AboutSection,
};

function SectionLinks({ current }: { current: SectionId }) {
  return (
    <nav aria-label="Settings" className="w-36 shrink-0">
      <ul className="flex flex-col gap-0.5">
        {SECTIONS.map(({ id, name, icon: Icon }) => (
          <li key={id}>
            <Link
              to="/settings/$section"
              params={{ section: id }}
              aria-current={id === current ? "page" : undefined}
              className="flex h-8 items-center gap-2.5 rounded-md px-2.5 text-ink-2 transition-colors hover:bg-hover hover:text-ink aria-[current=page]:bg-selected aria-[current=page]:font-medium aria-[current=page]:text-ink"
            >
              <Icon className="size-4 shrink-0" aria-hidden="true" />
              {name}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}

/** The screen at `/settings` and `/settings/$section`. */
export function SettingsScreen() {
  const { section } = useParams({ strict: false });
  const current = SECTIONS.find((each) => each.id === section)?.id ?? "models";
  const Contents = CONTENTS[current];
  return (
    <div className="flex h-full min-h-0 flex-col pt-5">
      <h1 className="mb-3 shrink-0 px-6 text-title font-semibold">Settings</h1>
      <div className="flex min-h-0 flex-1 gap-6 px-3.5">
        <SectionLinks current={current} />
        <div key={current} className="@container min-w-0 flex-1 overflow-y-auto pr-4 pb-14">
          <div className="max-w-178 px-3">
            <Contents />
          </div>
        </div>
      </div>
    </div>
  );
}
