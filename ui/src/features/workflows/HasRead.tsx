// What a task has read that the operator did not write, and what that means for its calls.

import type { TaskDetail } from "@/bindings/bindings";
import { InspectorSection } from "@/shared/inspector/WithInspector";
import { joined, READ_WHY, readWords } from "@/shared/origin/originWords";
import { StaysHere } from "@/shared/ui/StaysHere";

/** Two lines at most; nothing where the task has read nothing but the operator's own words. */
export function HasRead({ detail }: { detail: TaskDetail }) {
  const from = detail.has_read ?? [];
  const staying = detail.stays_here ?? [];
  if (from.length === 0 && staying.length === 0) return null;
  return (
    <InspectorSection title="Has read">
      {from.length === 0 ? null : (
        <>
          <p className="break-words text-ink first-letter:uppercase">{readWords(from)}</p>
          <p className="mt-0.5 text-note text-ink-2">{READ_WHY}</p>
        </>
      )}
      {staying.length === 0 ? null : (
        <p className="mt-1 text-note break-words text-ink-2">
          <StaysHere className="mr-1.5 align-bottom" />
          Text of {joined(staying.map(({ name }) => `“${name}”`))}: no model elsewhere is told of
          it.
        </p>
      )}
    </InspectorSection>
  );
}
