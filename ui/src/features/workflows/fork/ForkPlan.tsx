// What a fork would do: what is done anew, what is taken over, what that used before, what would happen twice.

import { ChevronRight } from "lucide-react";
import type { ForkPlanView, ForkTaskView, ForkUsed } from "@/bindings/bindings";
import { plural } from "@/shared/lib/format";
import { formatMoney } from "@/shared/lib/money";
import type { Task } from "@/stores";
import { passOf } from "../graph/taskTree";

/** What the same work used before, in words. What is unknown is said. */
export function usedWords(used: ForkUsed): string {
  if (used.calls === 0) return "No model was called for this before.";
  const tokens =
    used.unknown_tokens === used.calls
      ? "an unknown number of tokens"
      : `${used.tokens.toLocaleString("en")} tokens${used.unknown_tokens > 0 ? " at least" : ""}`;
  const money =
    used.unknown_money === used.calls
      ? "the cost is unknown"
      : `${formatMoney(used.money)}${used.unknown_money > 0 ? " at least" : ""}`;
  return `It took ${plural(used.calls, "model call")} before: ${tokens}, ${money}.`;
}

/** Tasks by their titles, with what is said of each. */
function Titles({
  label,
  tasks,
  titleOf,
  word,
}: {
  label: string;
  tasks: readonly ForkTaskView[];
  titleOf: (task: ForkTaskView) => string;
  word: (task: ForkTaskView) => string;
}) {
  return (
    <ul aria-label={label} className="text-ink-2">
      {tasks.map((task, index) => (
        // Runs above have names of their own, so that the same one may come twice.
        // biome-ignore lint/suspicious/noArrayIndexKey: a plan is never changed, only replaced
        <li key={index} className="flex gap-4 py-0.5">
          <span className="min-w-0 flex-1 break-words text-ink">{titleOf(task)}</span>
          <span className="shrink-0">{word(task)}</span>
        </li>
      ))}
    </ul>
  );
}

/** What is done anew, counted. */
function anewWords(again: readonly ForkTaskView[]): string {
  if (again.length === 0) return "Nothing is done anew.";
  const gathered = again.filter((task) => task.gathers).length;
  const done = again.length - gathered;
  const parts = [
    ...(done > 0 ? [`${plural(done, "task")} done anew`] : []),
    ...(gathered > 0 ? [`${plural(gathered, "result")} gathered anew`] : []),
  ];
  return `${parts.join(", ")}.`;
}

/** The plan under the form. */
export function ForkPlan({ plan, tasks }: { plan: ForkPlanView; tasks: readonly Task[] }) {
  // Items and rounds have the same titles, so that each says which one it is. Those of workflows above have other keys.
  const titleOf = ({ key, title }: ForkTaskView) => {
    const pass = passOf(
      tasks.find((task) => task.key === key && task.title === title),
      tasks,
    );
    return pass === null ? title : `${pass} · ${title}`;
  };
  const { again, kept, above, used } = plan;
  return (
    <section aria-label="What the fork does" className="rounded-md bg-ground px-3.5 py-3">
      <h3 className="font-medium text-ink">{anewWords(again)}</h3>
      <p className="text-note text-ink-2">{usedWords(used)}</p>
      {above.length === 0 ? null : (
        <p className="text-note text-ink-2">
          {above.length === 1
            ? `Workflow ${above[0]}, which started this one, is forked with it.`
            : `Workflows ${above.join(", ")} above this one are forked with it.`}
        </p>
      )}
      {again.length === 0 ? null : (
        <div className="mt-2">
          <Titles
            label="Done anew"
            tasks={again}
            titleOf={titleOf}
            word={(task) => (task.gathers ? "gathered anew" : (task.agent ?? ""))}
          />
        </div>
      )}
      {kept.length === 0 ? (
        <p className="mt-3 text-ink-2">No answer is taken over.</p>
      ) : (
        <details className="group mt-3">
          <summary className="inline-flex h-6 list-none items-center gap-1 rounded-sm font-medium text-ink">
            <ChevronRight
              className="-ml-0.5 size-3.5 text-ink-3 transition-transform group-open:rotate-90"
              aria-hidden="true"
            />
            {plural(kept.length, "answer")} taken over from the record.
          </summary>
          <Titles
            label="Taken over"
            tasks={kept}
            titleOf={titleOf}
            word={(task) => task.agent ?? ""}
          />
        </details>
      )}
    </section>
  );
}
