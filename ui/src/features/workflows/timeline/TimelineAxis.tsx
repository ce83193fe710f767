// The head of the timeline: time since the beginning, and the folds, which can be opened and closed.

import { cx } from "@/shared/lib/cx";
import { formatDuration, formatTime } from "@/shared/lib/format";
import type { Scale, Segment } from "./scale";
import { ticksOf, tickWord } from "./scale";

const AXIS = 32;

interface Props {
  scale: Scale;
  from: number;
  /** Width of the names below. */
  head: number;
  onToggle: (idle: number) => void;
}

function Fold({ segment, onToggle }: { segment: Segment; onToggle: (idle: number) => void }) {
  const { from, to, x, width, folded } = segment;
  const length = formatDuration(to - from);
  return (
    <button
      type="button"
      aria-expanded={!folded}
      aria-label={`Idle for ${length}`}
      title={`${folded ? "Idle, folded" : "Idle, fold it again"}: ${length} from ${formatTime(from)}`}
      onClick={() => onToggle(from)}
      className={cx(
        "absolute top-1 z-1 flex h-6 items-center justify-center rounded-sm text-micro text-ink-3 hover:bg-hover hover:text-ink",
        folded ? "bg-rail" : "border border-dashed border-line-strong bg-ground",
      )}
      style={{ left: x, width }}
    >
      <span className="truncate px-0.5">{folded ? briefly(to - from) : `idle ${length}`}</span>
    </button>
  );
}

/** A length in the room of a fold: its largest unit only. */
function briefly(milliseconds: number): string {
  return formatDuration(milliseconds).split(" ", 2).join(" ");
}

/** Marks of time and folds. */
export function TimelineAxis({ scale, from, head, onToggle }: Props) {
  return (
    <div className="sticky top-0 z-20 flex border-b border-line bg-ground" style={{ height: AXIS }}>
      <div
        className="sticky left-0 z-10 shrink-0 border-r border-line bg-ground"
        style={{ width: head }}
      />
      <div className="relative" style={{ width: scale.width }}>
        {ticksOf(scale, from).map((tick) => (
          <span
            key={tick.since}
            className="tabular absolute bottom-0 flex h-full items-center border-l border-line pl-1 text-micro whitespace-nowrap text-ink-3"
            style={{ left: tick.x }}
            title={formatTime(from + tick.since)}
          >
            {tickWord(tick)}
          </span>
        ))}
        {scale.segments
          .filter((segment) => segment.foldable)
          .map((segment) => (
            <Fold key={segment.from} segment={segment} onToggle={onToggle} />
          ))}
      </div>
    </div>
  );
}
