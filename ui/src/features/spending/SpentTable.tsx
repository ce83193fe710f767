// What was spent on what, the dearest first, with its share of the whole.

import type { ReactNode } from "react";
import type { SpentSum } from "@/bindings/bindings";
import { formatCount } from "@/shared/lib/format";
import { costWords, type Measure } from "./days";

/** One line. */
export interface SpentRow {
  key: string;
  name: ReactNode;
  sum: SpentSum;
}

interface Props {
  /** What the lines are, for those who hear the table and as the head of its first column. */
  caption: string;
  head: string;
  rows: readonly SpentRow[];
  total: SpentSum;
  measure: Measure;
}

function Share({ part }: { part: number }) {
  return (
    <span className="flex items-center justify-end gap-2">
      <span
        aria-hidden="true"
        className="flex h-1 w-20 overflow-hidden rounded-full bg-line @max-xl:hidden"
      >
        <span className="bg-accent" style={{ width: `${Math.min(100, part * 100)}%` }} />
      </span>
      <span className="w-9">{part > 0 && part < 0.01 ? "< 1" : Math.round(part * 100)} %</span>
    </span>
  );
}

/** The table. */
export function SpentTable({ caption, head, rows, total, measure }: Props) {
  const whole = total.spent[measure];
  return (
    <table className="tabular w-full">
      <caption className="sr-only">{caption}</caption>
      <thead className="text-left text-note text-ink-3">
        <tr className="h-8">
          <th className="font-normal">{head}</th>
          <th className="pl-4 text-right font-normal">Calls</th>
          <th className="pl-4 text-right font-normal">Tokens</th>
          <th className="pl-4 text-right font-normal">Cost</th>
          <th className="pl-4 text-right font-normal whitespace-nowrap">
            {measure === "money" ? "Of the cost" : "Of the tokens"}
          </th>
        </tr>
      </thead>
      <tbody className="text-ink-2">
        {rows.map(({ key, name, sum }) => (
          <tr key={key} className="h-8 border-t border-line">
            <th scope="row" className="w-full py-1.5 text-left font-normal wrap-anywhere text-ink">
              {name}
            </th>
            <td className="py-1.5 pl-4 text-right">
              {sum.calls === 0 ? "" : formatCount(sum.calls)}
            </td>
            <td className="py-1.5 pl-4 text-right">{formatCount(sum.spent.tokens)}</td>
            <td className="min-w-28 py-1.5 pl-4 text-right text-ink">{costWords(sum.spent)}</td>
            <td className="py-1.5 pl-4 text-right whitespace-nowrap">
              <Share part={whole === 0 ? 0 : sum.spent[measure] / whole} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
