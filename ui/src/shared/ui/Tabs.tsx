import { Tabs as Base } from "@base-ui/react/tabs";
import type { ReactNode } from "react";
import { cx } from "../lib/cx";

export interface TabItem<T extends string> {
  value: T;
  label: ReactNode;
  /** A number beside the word. */
  count?: number;
}

export interface TabsProps<T extends string> {
  label: string;
  value: T;
  tabs: readonly TabItem<T>[];
  onChange: (value: T) => void;
  /** `TabPanel`s. */
  children: ReactNode;
  className?: string;
}

/** A row of tabs and the panel of the chosen one. */
export function Tabs<T extends string>({
  label,
  value,
  tabs,
  onChange,
  children,
  className,
}: TabsProps<T>) {
  return (
    <Base.Root
      value={value}
      onValueChange={(next: T) => onChange(next)}
      className={cx("flex min-h-0 flex-col", className)}
    >
      <Base.List aria-label={label} className="relative flex shrink-0 gap-4 border-b border-line">
        {tabs.map((tab) => (
          <Base.Tab
            key={tab.value}
            value={tab.value}
            className="-mb-px flex h-8 items-center gap-1.5 text-ui text-ink-2 transition-colors hover:text-ink data-[active]:font-medium data-[active]:text-ink"
          >
            {tab.label}
            {tab.count === undefined ? null : (
              <span className="tabular text-note text-ink-3">{tab.count}</span>
            )}
          </Base.Tab>
        ))}
        <Base.Indicator className="absolute bottom-0 left-0 h-0.5 w-(--active-tab-width) translate-x-(--active-tab-left) rounded-full bg-accent transition-all" />
      </Base.List>
      {children}
    </Base.Root>
  );
}

/** What a tab shows. Only the chosen one is in the page. */
export function TabPanel({
  value,
  className,
  children,
}: {
  value: string;
  className?: string;
  children: ReactNode;
}) {
  return (
    <Base.Panel
      value={value}
      className={cx(
        // What leaves is gone at once, so that two panels never share the room.
        "min-h-0 flex-1 data-[ending-style]:hidden",
        className,
      )}
    >
      {children}
    </Base.Panel>
  );
}
