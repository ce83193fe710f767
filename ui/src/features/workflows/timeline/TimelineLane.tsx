// One lane: who, and beside it their bars over time.

import { Hand } from "lucide-react";
import { plural } from "@/shared/lib/format";
import { AgentAvatar } from "@/shared/ui/AgentAvatar";
import type { Lane } from "./lanes";
import type { Scale } from "./scale";
import { LINE, TimelineBar } from "./TimelineBar";

interface Props {
  lane: Lane;
  scale: Scale;
  now: number;
  /** Width of the name. */
  head: number;
  selectedId: number | null;
  current: string | undefined;
}

function Name({ lane, head }: { lane: Lane; head: number }) {
  return (
    <span
      className="sticky left-0 z-10 flex shrink-0 items-start gap-2 border-r border-line bg-ground pt-1 pr-2 pl-6"
      style={{ width: head }}
    >
      {lane.id === "waits" ? (
        <Hand className="m-0.5 size-4 shrink-0 text-ink-3" aria-hidden="true" />
      ) : lane.kind === null ? (
        <span className="size-5 shrink-0" />
      ) : (
        <AgentAvatar name={lane.name} kind={lane.kind} id={lane.agentId} />
      )}
      <span className="truncate text-ink-2" title={lane.name}>
        {lane.name}
      </span>
    </span>
  );
}

/** A lane and what stands on it. */
export function TimelineLane({ lane, scale, now, head, selectedId, current }: Props) {
  return (
    <li
      aria-label={`${lane.name}, ${plural(lane.bars.length, "bar")}`}
      className="flex border-b border-line/60"
      style={{ height: lane.lines * LINE + 1 }}
    >
      <Name lane={lane} head={head} />
      <span className="relative" style={{ width: scale.width }}>
        {lane.bars.map((bar) => (
          <TimelineBar
            key={bar.id}
            bar={bar}
            scale={scale}
            now={now}
            selected={bar.task.id === selectedId}
            current={bar.id === current}
          />
        ))}
      </span>
    </li>
  );
}
