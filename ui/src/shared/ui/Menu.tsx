import { Menu as Base } from "@base-ui/react/menu";
import type { ReactElement } from "react";

export interface MenuGroup {
  heading: string;
  items: readonly { key: string; label: string; note?: string; onSelect: () => void }[];
}

export interface MenuProps {
  /** The button that opens it. */
  trigger: ReactElement<Record<string, unknown>>;
  groups: readonly MenuGroup[];
  /** Begins where the button begins, instead of ending where it ends. */
  start?: boolean;
}

/** Things to do, under a button. */
export function Menu({ trigger, groups, start = false }: MenuProps) {
  return (
    <Base.Root>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner sideOffset={4} align={start ? "start" : "end"} className="z-50">
          <Base.Popup className="max-h-(--available-height) min-w-60 overflow-y-auto rounded-md border border-line bg-raised p-1 text-ink shadow-float outline-none transition-opacity data-[ending-style]:opacity-0 data-[starting-style]:opacity-0">
            {groups.map((group) => (
              <Base.Group key={group.heading}>
                <Base.GroupLabel className="px-2 pt-1.5 pb-1 text-note text-ink-3">
                  {group.heading}
                </Base.GroupLabel>
                {group.items.map((item) => (
                  <Base.Item
                    key={item.key}
                    onClick={item.onSelect}
                    className="flex h-7 items-center gap-6 rounded-sm px-2 outline-none data-[highlighted]:bg-hover"
                  >
                    <span className="flex-1">{item.label}</span>
                    {item.note === undefined ? null : (
                      <span className="text-note text-ink-3">{item.note}</span>
                    )}
                  </Base.Item>
                ))}
              </Base.Group>
            ))}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
