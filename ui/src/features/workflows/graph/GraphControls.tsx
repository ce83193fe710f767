// Size and direction of the graph, for those who would rather press a button.

import {
  ArrowDown,
  ArrowRight,
  ChevronsDownUp,
  ChevronsUpDown,
  Maximize,
  Minus,
  Plus,
} from "lucide-react";
import { useSyncExternalStore } from "react";
import { IconButton } from "@/shared/ui/IconButton";
import type { Direction } from "./layout";
import type { ViewHolder } from "./viewport";

interface Props {
  holder: ViewHolder;
  direction: Direction;
  /** Whether there is anything to fold, and whether all of it is. */
  folding: "none" | "open" | "folded";
  onZoom: (factor: number) => void;
  onFit: () => void;
  onTurn: () => void;
  onFoldAll: (folded: boolean) => void;
}

export const ZOOM_STEP = 1.25;

function Percent({ holder }: { holder: ViewHolder }) {
  const scale = useSyncExternalStore(holder.subscribe, () => holder.get().scale);
  return (
    <span className="tabular w-10 text-center text-note text-ink-3">
      {Math.round(scale * 100)} %
    </span>
  );
}

/** The buttons at the corner of the graph. */
export function GraphControls(props: Props) {
  const { holder, direction, folding, onZoom, onFit, onTurn, onFoldAll } = props;
  const across = direction === "across";
  return (
    <div
      role="toolbar"
      aria-label="View of the graph"
      className="absolute right-3 bottom-3 flex items-center rounded-md border border-line bg-raised p-0.5"
    >
      <IconButton label="Smaller" keys="-" icon={<Minus />} onClick={() => onZoom(1 / ZOOM_STEP)} />
      <Percent holder={holder} />
      <IconButton label="Larger" keys="+" icon={<Plus />} onClick={() => onZoom(ZOOM_STEP)} />
      <IconButton label="Show everything" keys="0" icon={<Maximize />} onClick={onFit} />
      <IconButton
        label={across ? "Draw from top to bottom" : "Draw from left to right"}
        icon={across ? <ArrowDown /> : <ArrowRight />}
        onClick={onTurn}
      />
      {folding === "none" ? null : (
        <IconButton
          label={folding === "folded" ? "Unfold everything" : "Fold everything"}
          icon={folding === "folded" ? <ChevronsUpDown /> : <ChevronsDownUp />}
          onClick={() => onFoldAll(folding !== "folded")}
        />
      )}
    </div>
  );
}
