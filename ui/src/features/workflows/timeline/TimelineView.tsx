// The run over time: a lane for each agent and one for waits, a bar for each attempt with its calls, idle time folded.
// It looks the same while the run goes on and after; then a line marks now.

import { Maximize, Minus, Plus } from "lucide-react";
import { useLayoutEffect, useMemo, useRef } from "react";
import { useKeys } from "@/shared/lib/keys";
import { Button } from "@/shared/ui/Button";
import { EmptyState } from "@/shared/ui/EmptyState";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";
import { IconButton } from "@/shared/ui/IconButton";
import { Skeleton } from "@/shared/ui/Skeleton";
import type { Task, Workflow } from "@/stores";
import { BarCard } from "./BarCard";
import { type Scale, ticksOf } from "./scale";
import { TimelineAxis } from "./TimelineAxis";
import { TimelineLane } from "./TimelineLane";
import { barWords, callWords } from "./timelineWords";
import { useReached } from "./useReached";
import { useTimeline } from "./useTimeline";
import { useWidth, useZoom, ZOOM, type Zoom } from "./useZoom";

interface Props {
  workflow: Workflow;
  /** In working order. */
  tasks: readonly Task[];
  selectedId: number | null;
  onOpen: (taskId: number) => void;
}

/** Widths of the names, and of the margin at the end. */
const HEAD = { wide: 184, narrow: 128, below: 640 };
const END = 24;

/** Marks of time, folded times and now, behind all lanes. */
function Marks({ scale, head, from, now }: MarksProps) {
  return (
    <div
      aria-hidden="true"
      className="pointer-events-none absolute inset-y-0"
      style={{ left: head, width: scale.width }}
    >
      {ticksOf(scale, from).map(({ since, x }) => (
        <span key={since} className="absolute inset-y-0 w-px bg-line/50" style={{ left: x }} />
      ))}
      {scale.segments
        .filter((segment) => segment.folded)
        .map(({ from: idle, x, width }) => (
          <span
            key={idle}
            className="absolute inset-y-0 border-x border-dashed border-line-strong/50 bg-rail"
            style={{ left: x, width }}
          />
        ))}
      {now === null ? null : (
        <span
          data-testid="now"
          className="absolute inset-y-0 z-1 w-px bg-accent"
          style={{ left: scale.x(now) }}
        />
      )}
    </div>
  );
}

interface MarksProps {
  scale: Scale;
  head: number;
  from: number;
  /** Null once the run has ended. */
  now: number | null;
}

function Controls({ zoom }: { zoom: Zoom }) {
  return (
    <div
      role="toolbar"
      aria-label="View of the timeline"
      className="absolute right-3 bottom-3 z-30 flex items-center rounded-md border border-line bg-raised p-0.5"
    >
      <IconButton
        label="Smaller"
        keys="-"
        icon={<Minus />}
        onClick={() => zoom.zoomBy(1 / ZOOM.step)}
      />
      <IconButton label="Larger" keys="+" icon={<Plus />} onClick={() => zoom.zoomBy(ZOOM.step)} />
      <IconButton label="Show everything" keys="0" icon={<Maximize />} onClick={zoom.fit} />
    </div>
  );
}

/** The timeline of a run. It fills its parent. Mount it anew for another run. */
export function TimelineView({ workflow, tasks, selectedId, onOpen }: Props) {
  const scroller = useRef<HTMLDivElement>(null);
  const width = useWidth(scroller);
  const head = width < HEAD.below ? HEAD.narrow : HEAD.wide;
  const zoom = useZoom(scroller, head);
  const line = useTimeline(workflow, tasks, Math.max(120, width - head - END), zoom.zoom);
  const { lanes, scale, to: now, journal } = line;
  const bars = useMemo(
    () => lanes.flatMap((lane) => lane.bars).sort((a, b) => a.from - b.from),
    [lanes],
  );
  const { reached, current, handlers } = useReached(bars, lanes, scale, now);
  useLayoutEffect(() => zoom.keepPlace(scale));
  useKeys([
    { keys: "0", label: "Show the whole timeline", run: zoom.fit },
    { keys: "+", label: "Larger", run: () => zoom.zoomBy(ZOOM.step) },
    { keys: "-", label: "Smaller", run: () => zoom.zoomBy(1 / ZOOM.step) },
  ]);

  const bar = bars.find((each) => each.id === reached?.bar);
  const calls = bar?.type === "work" ? bar.attempt.calls : [];
  const call = calls.find((each) => each.key === reached?.call);
  const words =
    bar === undefined ? null : call === undefined ? barWords(bar, now) : callWords(call, now);
  return (
    <div className="relative flex h-full min-h-0 flex-col">
      {journal.error === null ? null : (
        <ErrorNotice
          title="The journal could not be read, so calls and earlier attempts are missing here."
          message={journal.error.message}
          nextStep={journal.error.details.next_step}
          action={<Button onClick={journal.retry}>Try again</Button>}
          className="mx-6 mt-3"
        />
      )}
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the arrows move between the bars in it, which are buttons. */}
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: the bars are buttons, so Enter presses them. */}
      <div
        ref={scroller}
        {...handlers}
        onClick={(event) => {
          const id = (event.target as Element).closest<HTMLElement>("[data-bar]")?.dataset.bar;
          const pressed = bars.find((each) => each.id === id);
          if (pressed !== undefined) onOpen(pressed.task.id);
        }}
        className="min-h-0 flex-1 overflow-auto"
      >
        {bars.length > 0 ? (
          <div
            className="relative min-h-full"
            style={{ width: head + scale.width + (zoom.zoom > 1 ? END : 0) }}
          >
            <Marks scale={scale} head={head} from={line.from} now={line.live ? now : null} />
            <TimelineAxis scale={scale} from={line.from} head={head} onToggle={line.toggle} />
            <ul aria-label="Timeline" className="relative pb-14">
              {lanes.map((lane) => (
                <TimelineLane
                  key={lane.id}
                  lane={lane}
                  scale={scale}
                  now={now}
                  head={head}
                  selectedId={selectedId}
                  current={current}
                />
              ))}
            </ul>
          </div>
        ) : journal.loading && line.begun ? (
          <Skeleton rows={5} label="Loading the timeline" className="px-3 pt-3" />
        ) : (
          <EmptyState title="Nothing has been done yet">
            Work appears here as soon as the first task begins.
          </EmptyState>
        )}
      </div>
      {bars.length > 0 ? <Controls zoom={zoom} /> : null}
      {words === null || reached === null ? null : <BarCard words={words} spot={reached.spot} />}
    </div>
  );
}
