// What can be done with a run from its row in the list: it is moved to another backend.

import { Ellipsis } from "lucide-react";
import type { MoveSide } from "@/bindings/bindings";
import { IconButton } from "@/shared/ui/IconButton";
import { Menu } from "@/shared/ui/Menu";
import type { Workflow } from "@/stores";
import { canMove } from "./moveWords";

interface Props {
  workflow: Workflow;
  targets: readonly MoveSide[];
  onMove: (workflow: Workflow, to: MoveSide) => void;
}

/** The menu in a place of fixed width; nothing at all where no run can be moved anywhere. */
export function RowMenu({ workflow, targets, onMove }: Props) {
  if (targets.length === 0) return null;
  if (!canMove(workflow)) return <span className="w-8 shrink-0" />;
  return (
    <span className="flex w-8 shrink-0 justify-end">
      <Menu
        trigger={<IconButton label={`More: ${workflow.name}`} icon={<Ellipsis />} />}
        groups={[
          {
            heading: "Move to",
            items: targets.map((to) => ({
              key: to.id ?? "",
              label: to.name,
              onSelect: () => onMove(workflow, to),
            })),
          },
        ]}
      />
    </span>
  );
}
