// What each day cost, as bars. One is chosen by click, or with the arrow keys and Enter.

import { type KeyboardEvent, useRef } from "react";
import { cx } from "@/shared/lib/cx";
import { Tooltip } from "@/shared/ui/Tooltip";
import { type DayOf, dayWords, type Measure, sumWords } from "./days";

interface Props {
  days: readonly DayOf[];
  measure: Measure;
  /** The day that is looked at; null for all of them. */
  chosen: number | null;
  onChoose: (day: number | null) => void;
}

const STEPS: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1 };

function Bar({ day, part, chosen }: { day: DayOf; part: number; chosen: boolean | null }) {
  const { calls, spent } = day.sum;
  const some = calls > 0 || spent.tokens > 0;
  return (
    <span
      aria-hidden="true"
      style={{ height: `${part * 100}%` }}
      className={cx(
        "block w-full rounded-t-sm transition-colors",
        // Something was spent, however little it is beside the others.
        some ? "min-h-0.75" : "min-h-px",
        !some
          ? "bg-line"
          : chosen === false
            ? "bg-line-strong/60 group-hover:bg-accent"
            : "bg-accent group-hover:bg-accent-hover",
        spent.unpriced > 0 && "border-t-3 border-dotted border-ink-3 bg-clip-padding",
      )}
    />
  );
}

/** The bars, with the first and the last day under them. */
export function DayBars({ days, measure, chosen, onChoose }: Props) {
  const row = useRef<HTMLDivElement>(null);
  const most = Math.max(1, ...days.map(({ sum }) => sum.spent[measure]));
  const reachable = chosen ?? days.at(-1)?.day;
  const onKeyDown = (event: KeyboardEvent) => {
    const step = STEPS[event.key];
    const buttons = [...(row.current?.querySelectorAll("button") ?? [])];
    const at = buttons.indexOf(document.activeElement as HTMLButtonElement);
    if (step === undefined || at < 0) return;
    event.preventDefault();
    buttons[at + step]?.focus();
  };
  return (
    <div>
      {/* biome-ignore lint/a11y/useSemanticElements: these are buttons of one group, not fields. */}
      <div
        ref={row}
        role="group"
        aria-label="Days"
        onKeyDown={onKeyDown}
        className="flex h-32 items-stretch gap-0.5 border-b border-line"
      >
        {days.map((day) => (
          <Tooltip
            key={day.day}
            content={
              <>
                <span className="block font-medium">{dayWords(day.day, true)}</span>
                {sumWords(day.sum)}
              </>
            }
          >
            <button
              type="button"
              aria-pressed={day.day === chosen}
              aria-label={`${dayWords(day.day, true)}: ${sumWords(day.sum)}`}
              tabIndex={day.day === reachable ? 0 : -1}
              onClick={() => onChoose(day.day === chosen ? null : day.day)}
              className="group flex min-w-0 flex-1 items-end rounded-t-sm px-0.5 hover:bg-hover aria-pressed:bg-selected"
            >
              <Bar
                day={day}
                part={day.sum.spent[measure] / most}
                chosen={chosen === null ? null : day.day === chosen}
              />
            </button>
          </Tooltip>
        ))}
      </div>
      <div className="tabular mt-1 flex justify-between text-note text-ink-3" aria-hidden="true">
        <span>{days[0] === undefined ? "" : dayWords(days[0].day)}</span>
        <span>Today, in UTC</span>
      </div>
    </div>
  );
}
