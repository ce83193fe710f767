import type { DayLimit, Tally } from "@/bindings/bindings";
import { NEARLY, type Used, usedMost } from "../budgets";
import { cx } from "../lib/cx";

interface Props {
  spent: Tally;
  reserved: Tally;
  /** What may be spent; nothing is shown where it is not limited. */
  budget: DayLimit | null;
  className?: string;
}

const percent = (part: number) => `${Math.min(100, Math.max(0, part * 100))}%`;

/** The part of the budget that is set aside, of what is nearest to its end. */
function heldPart({ spent, reserved, budget }: Props, most: Used): number {
  const both = {
    ...spent,
    money: spent.money + reserved.money,
    tokens: spent.tokens + reserved.tokens,
  };
  return (usedMost(both, budget ?? {})?.part ?? most.part) - most.part;
}

/** How much of a budget is used, with a warning from four fifths on. */
export function SpendingBar(props: Props) {
  const most = usedMost(props.spent, props.budget ?? {});
  if (most === null) return null;
  const nearly = most.part >= NEARLY;
  const words = `${most.spent} of ${most.limit}`;
  return (
    <div className={cx("flex items-center gap-2 text-note", props.className)}>
      <div
        aria-hidden="true"
        className="flex h-1 w-32 shrink-0 overflow-hidden rounded-full bg-line"
      >
        <span
          className={nearly ? "bg-signal" : "bg-accent"}
          style={{ width: percent(most.part) }}
        />
        <span className="bg-line-strong" style={{ width: percent(heldPart(props, most)) }} />
      </div>
      <span className="tabular text-ink-2">
        {words}
        {nearly ? (most.part >= 1 ? ". The budget is used up." : ". Little is left.") : ""}
      </span>
    </div>
  );
}
