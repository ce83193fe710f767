import type { DayLimit, Tally } from "@/bindings/bindings";
import { cx } from "../lib/cx";
import { formatCount } from "../lib/format";
import { formatMoney } from "../lib/money";

/** From this part of a budget on, it is said that little is left. */
const NEARLY = 0.8;

interface Props {
  spent: Tally;
  reserved: Tally;
  /** What may be spent; nothing is shown where it is not limited. */
  budget: DayLimit | null;
  className?: string;
}

/** The part of a budget that is used: of money or tokens, whichever is nearer to its end. */
function used({ spent, reserved, budget }: Props) {
  const parts = [
    { limit: budget?.money, spent: spent.money, held: reserved.money, write: formatMoney },
    {
      limit: budget?.tokens,
      spent: spent.tokens,
      held: reserved.tokens,
      write: (count: number) => `${formatCount(count)} tokens`,
    },
  ].flatMap(({ limit, ...rest }) =>
    limit === null || limit === undefined
      ? []
      : [{ ...rest, limit, part: share(rest.spent, limit) }],
  );
  return parts.sort((a, b) => b.part - a.part)[0];
}

const share = (spent: number, limit: number) => (limit === 0 ? 1 : spent / limit);
const percent = (part: number) => `${Math.min(100, Math.max(0, part * 100))}%`;

/** How much of a budget is used, with a warning from four fifths on. */
export function SpendingBar(props: Props) {
  const most = used(props);
  if (most === undefined) return null;
  const nearly = most.part >= NEARLY;
  const words = `${most.write(most.spent)} of ${most.write(most.limit)}`;
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
        <span className="bg-line-strong" style={{ width: percent(share(most.held, most.limit)) }} />
      </div>
      <span className="tabular text-ink-2">
        {words}
        {nearly ? (most.part >= 1 ? ". The budget is used up." : ". Little is left.") : ""}
      </span>
    </div>
  );
}
