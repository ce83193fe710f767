// Pairs of a name and a value, set as two quiet columns.

import type { ReactNode } from "react";

export interface Fact {
  name: string;
  value: ReactNode;
}

/** A list of facts. Those without a value are left out. */
export function Facts({ facts }: { facts: readonly Fact[] }) {
  const shown = facts.filter((fact) => fact.value !== null && fact.value !== undefined);
  return (
    <dl className="grid grid-cols-[max-content_minmax(0,1fr)] gap-x-4 gap-y-1">
      {shown.map((fact) => (
        <div key={fact.name} className="contents">
          <dt className="text-ink-3">{fact.name}</dt>
          <dd className="tabular break-words text-ink select-text">{fact.value}</dd>
        </div>
      ))}
    </dl>
  );
}
