/** Which bar or call the pointer or the keyboard has reached, and the keys that lead from bar to bar. */
import { type FocusEvent, type KeyboardEvent, type PointerEvent, useState } from "react";
import { useKeys } from "@/shared/lib/keys";
import { isArrow, neighbour } from "../graph/neighbours";
import type { Spot } from "./BarCard";
import type { Bar, Lane } from "./lanes";
import type { Scale } from "./scale";
import { LINE } from "./TimelineBar";

interface Reached {
  bar: string;
  /** The call in it, where the pointer is on one. */
  call: string | null;
  spot: Spot;
}

/** Where the bars stand, one lane below the other, for the arrows. */
function boxesOf(lanes: readonly Lane[], scale: Scale, now: number) {
  let top = 0;
  return new Map(
    lanes.flatMap((lane) => {
      const y = top;
      top += lane.lines * LINE;
      return lane.bars.map((bar) => {
        const x = scale.x(bar.from);
        const width = Math.max(4, scale.x(bar.to ?? now) - x);
        return [bar.id, { x, y: y + bar.line * LINE, width, height: LINE }] as const;
      });
    }),
  );
}

const find = (id: string | undefined) =>
  document.querySelector<HTMLElement>(`[data-bar="${CSS.escape(id ?? "")}"]`);

/** `bars` in the order in which they began. */
export function useReached(
  bars: readonly Bar[],
  lanes: readonly Lane[],
  scale: Scale,
  now: number,
) {
  const [reached, setReached] = useState<Reached | null>(null);
  const [last, setLast] = useState<string | null>(null);
  const current = bars.some((bar) => bar.id === last) ? (last ?? undefined) : bars[0]?.id;

  const go = (id: string | null | undefined) => {
    const bar = find(id ?? undefined);
    bar?.focus({ preventScroll: true });
    bar?.scrollIntoView({ block: "nearest", inline: "nearest" });
  };
  const step = (by: number) => {
    const index = last === null ? -1 : bars.findIndex((bar) => bar.id === last);
    go(bars[Math.min(bars.length - 1, Math.max(0, index + by))]?.id);
  };
  useKeys([
    { keys: "j", label: "Next bar", run: () => step(1) },
    { keys: "k", label: "Previous bar", run: () => step(-1) },
  ]);

  const reach = (event: PointerEvent | FocusEvent) => {
    const target = event.target instanceof Element ? event.target : null;
    const element = target?.closest<HTMLElement>("[data-bar]");
    const bar = element?.dataset.bar;
    if (element === null || element === undefined || bar === undefined) return setReached(null);
    const call = target?.closest<HTMLElement>("[data-call]")?.dataset.call ?? null;
    const { left, top, bottom } = element.getBoundingClientRect();
    const at = "clientX" in event ? Math.max(left, event.clientX - 40) : Math.max(left, 8);
    if (event.type === "focus") setLast(bar);
    setReached({ bar, call, spot: { left: at, top, bottom } });
  };
  const leave = () => setReached(null);
  const onKeyDown = (event: KeyboardEvent) => {
    if (!isArrow(event.key) || event.altKey || event.ctrlKey || event.metaKey) return;
    const from = (event.target as Element).closest<HTMLElement>("[data-bar]")?.dataset.bar;
    if (from === undefined) return;
    event.preventDefault();
    go(neighbour(boxesOf(lanes, scale, now), from, event.key));
  };
  const handlers = {
    onPointerOver: reach,
    onPointerLeave: leave,
    onFocus: reach,
    onBlur: leave,
    onKeyDown,
  };
  return { reached, current, handlers };
}
