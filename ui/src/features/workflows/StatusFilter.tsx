// How many workflows there are in each group; each number leads to what it counts.

import type { WorkflowStats } from "@/bindings/bindings";
import { cx } from "@/shared/lib/cx";
import { formatCount } from "@/shared/lib/format";
import { FieldGroup } from "@/shared/ui/FieldGroup";
import { groupCount, type StatusGroup } from "./words";

const GROUPS: readonly { group: StatusGroup; word: string }[] = [
  { group: "all", word: "All" },
  { group: "active", word: "Active" },
  { group: "completed", word: "Completed" },
  { group: "failed", word: "Failed" },
  { group: "cancelled", word: "Cancelled" },
];

interface Props {
  stats: WorkflowStats | undefined;
  value: StatusGroup;
  onChange: (group: StatusGroup) => void;
}

/** The group that text in an address names. */
export function groupOf(text: string | undefined): StatusGroup {
  return GROUPS.find(({ group }) => group === text)?.group ?? "all";
}

/** A row of counts that narrow the list. */
export function StatusFilter({ stats, value, onChange }: Props) {
  return (
    <FieldGroup legend="Show" look="hidden" layout="flex gap-1">
      {GROUPS.map(({ group, word }) => (
        <button
          key={group}
          type="button"
          aria-pressed={group === value}
          onClick={() => onChange(group)}
          className={cx(
            "flex h-8 items-center gap-2 rounded-md px-2.5 transition-colors",
            group === value
              ? "bg-selected font-medium text-ink"
              : "text-ink-2 hover:bg-hover hover:text-ink",
          )}
        >
          {word}{" "}
          <span className="tabular min-w-2 text-note text-ink-3">
            {stats === undefined ? "" : formatCount(groupCount(stats, group))}
          </span>
        </button>
      ))}
    </FieldGroup>
  );
}
