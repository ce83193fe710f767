// The driver's plan above the tasks: what was understood, and the parts with who should do them.

import { ChevronRight } from "lucide-react";
import type { Plan, SubTask } from "@/bindings/bindings";
import { plural } from "@/shared/lib/format";

function Part({ part, number }: { part: SubTask; number: number }) {
  return (
    <li className="flex gap-3 py-1">
      <span className="tabular w-4 shrink-0 text-right text-ink-3">{number}</span>
      <span className="min-w-0">
        <span className="text-ink">{part.title}</span>
        <span className="text-ink-3"> · {part.role}</span>
        <span className="block max-w-[80ch] text-ink-2">{part.description}</span>
      </span>
    </li>
  );
}

/** The plan: its summary always, its parts on demand. */
export function PlanSummary({ plan }: { plan: Plan }) {
  return (
    <section aria-label="Plan" className="px-3 pt-1 pb-3">
      <p className="max-w-[80ch] text-ink-2">{plan.summary}</p>
      {plan.sub_tasks.length === 0 ? null : (
        <details className="group mt-1">
          <summary className="-ml-1.5 inline-flex h-7 list-none items-center gap-1 rounded-md px-1.5 text-note font-medium text-ink-2 hover:bg-hover hover:text-ink">
            <ChevronRight
              className="size-3.5 transition-transform group-open:rotate-90"
              aria-hidden="true"
            />
            {plural(plan.sub_tasks.length, "part")}
          </summary>
          <ol className="mt-1 mb-2">
            {plan.sub_tasks.map((part, index) => (
              <Part key={part.id} part={part} number={index + 1} />
            ))}
          </ol>
        </details>
      )}
    </section>
  );
}
