// A container in the graph: open, it is the ground under its tasks with a head that folds it; folded, a card that
// counts them.

import { ChevronDown, ChevronRight, PanelRight } from "lucide-react";
import { memo } from "react";
import { cx } from "@/shared/lib/cx";
import { StatusBadge } from "@/shared/ui/StatusBadge";
import { groupLabel, kindWord, type Tally, tallyOf, tallyWords } from "./graphWords";
import type { Box } from "./layout";
import { type GroupItem, statusOf } from "./taskTree";

interface Props {
  item: GroupItem;
  box: Box;
  folded: boolean;
  /** Its own task is in the inspector. */
  selected: boolean;
  current: boolean;
  onToggle: (id: string) => void;
  onOpen: (id: string) => void;
  onReach: (id: string) => void;
}

/** Parts of a whole as a thin line: done, failed, under way. The words beside it say the same. */
function TallyLine({ tally }: { tally: Tally }) {
  const share = (count: number) => ({ width: `${(100 * count) / Math.max(1, tally.total)}%` });
  return (
    <span aria-hidden="true" className="flex h-1 w-full overflow-hidden rounded-full bg-line">
      <span className="bg-ok" style={share(tally.done)} />
      <span className="bg-bad" style={share(tally.failed)} />
      <span className="bg-signal-mark" style={share(tally.waiting)} />
      <span className="bg-accent" style={share(tally.running)} />
    </span>
  );
}

function shortTally(tally: Tally): string {
  if (tally.waiting > 0) return `${tally.waiting} ${tally.waiting === 1 ? "needs" : "need"} you`;
  if (tally.failed > 0) return `${tally.failed} failed`;
  return `${tally.done} of ${tally.total}`;
}

/** Narrower than this, only the title has room in the head. */
const ROOM_FOR_KIND = 360;

function Head({ item, folded, width }: { item: GroupItem; folded: boolean; width: number }) {
  const tally = tallyOf(item);
  const Chevron = folded ? ChevronRight : ChevronDown;
  const kind = item.scope === null ? kindWord(item.kind) : undefined;
  return (
    <>
      <Chevron className="size-3.5 shrink-0 text-ink-3" aria-hidden="true" />
      <StatusBadge status={statusOf(item)} iconOnly />
      <span className="truncate font-medium text-ink">{item.title}</span>
      {kind === undefined || width < ROOM_FOR_KIND ? null : (
        <span className="truncate text-note text-ink-3">{kind}</span>
      )}
      <span
        className={cx(
          "tabular ml-auto shrink-0 pl-2 text-note",
          tally.waiting > 0 ? "text-signal" : tally.failed > 0 ? "text-bad" : "text-ink-3",
        )}
      >
        {shortTally(tally)}
      </span>
    </>
  );
}

/** A container with its head; what is in it is drawn over it. */
export const GraphGroup = memo(function GraphGroup(props: Props) {
  const { item, box, folded, selected, current, onToggle, onOpen, onReach } = props;
  const tally = tallyOf(item);
  return (
    <div
      className={cx(
        "absolute top-0 left-0 border transition-transform",
        folded ? "z-2 rounded-md border-line bg-raised" : "rounded-lg border-line/70 bg-rail",
        selected && "ring-2 ring-accent",
      )}
      style={{
        transform: `translate(${box.x}px, ${box.y}px)`,
        width: box.width,
        height: box.height,
      }}
    >
      <button
        type="button"
        data-id={item.id}
        aria-expanded={!folded}
        tabIndex={current ? 0 : -1}
        title={`${item.title}: ${tallyWords(tally)}`}
        onClick={() => onToggle(item.id)}
        onFocus={() => onReach(item.id)}
        className={cx(
          "w-full rounded-md px-2.5 text-left hover:bg-hover focus-visible:-outline-offset-2",
          folded ? "flex h-full flex-col justify-center gap-2" : "flex h-9 items-center",
        )}
      >
        <span className="sr-only">{groupLabel(item)}</span>
        <span
          aria-hidden="true"
          className={cx("flex w-full items-center gap-1.5", item.task !== null && "pr-7")}
        >
          <Head item={item} folded={folded} width={box.width} />
        </span>
        {folded ? <TallyLine tally={tally} /> : null}
      </button>
      {item.task === null ? null : (
        <button
          type="button"
          aria-label={`Show the task: ${item.title}`}
          title="Show the task"
          tabIndex={current ? 0 : -1}
          onClick={() => onOpen(item.id)}
          className={cx(
            "absolute right-1 flex size-7 items-center justify-center rounded-md text-ink-3 hover:bg-hover hover:text-ink",
            folded ? "top-1.5" : "top-1",
          )}
        >
          <PanelRight className="size-4" aria-hidden="true" />
        </button>
      )}
    </div>
  );
});
