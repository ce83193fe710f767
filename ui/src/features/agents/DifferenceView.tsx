// Two forms of an agent beside each other, line by line.

import { DifferenceLines } from "@/shared/difference/DifferenceLines";
import { differenceOf } from "./difference";
import type { AgentText } from "./drafts";

/** What is different from `from` to `to`. */
export function DifferenceView({ from, to }: { from: AgentText; to: AgentText }) {
  const { fields, lines } = differenceOf(from, to);
  if (fields.length === 0 && lines.length === 0) {
    return <p className="text-note text-ink-2">They are the same.</p>;
  }
  return (
    <div className="flex flex-col gap-2">
      {fields.map((field) => (
        <div key={field.name}>
          <p className="mb-0.5 text-note text-ink-3" aria-hidden="true">
            {field.name}
          </p>
          <DifferenceLines
            label={field.name}
            lines={[
              { kind: "removed", text: field.from },
              { kind: "added", text: field.to },
            ]}
          />
        </div>
      ))}
      {lines.length === 0 ? null : (
        <div>
          <p className="mb-0.5 text-note text-ink-3" aria-hidden="true">
            Instructions
          </p>
          <DifferenceLines label="Instructions" lines={lines} />
        </div>
      )}
    </div>
  );
}
