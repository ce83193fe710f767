// What became of the due times of a schedule, newest first.

import { Link } from "@tanstack/react-router";
import type { ScheduleRunView } from "@/bindings/bindings";
import { formatTime } from "@/shared/lib/format";
import { outcomeWords, timesWords } from "@/shared/schedules/outcomeWords";
import { inZone } from "@/shared/schedules/zoneTime";
import { StatusBadge } from "@/shared/ui/StatusBadge";

function When({ run, zone }: { run: ScheduleRunView; zone: string }) {
  const { due } = run;
  const at = (time: number) => inZone(time, zone) ?? formatTime(time);
  const times = timesWords(run);
  return (
    <span className="tabular min-w-0 flex-1" title={`Decided ${formatTime(run.decided_at)}`}>
      <span className="block text-ink">{at(due.at)}</span>
      {times === null ? null : (
        <span className="block text-note text-ink-3">
          {times}, the first on {at(due.first)}
        </span>
      )}
    </span>
  );
}

function Run({ run, zone }: { run: ScheduleRunView; zone: string }) {
  const { status, word, why } = outcomeWords(run);
  const badge = <StatusBadge status={status} word={word} />;
  return (
    <li className="border-b border-line py-2 last:border-b-0">
      <div className="flex items-start gap-3">
        <When run={run} zone={zone} />
        {run.workflow === null ? (
          badge
        ) : (
          <Link
            to="/workflows/$id"
            params={{ id: String(run.workflow.id) }}
            className="hover:underline"
            aria-label={`Workflow ${run.workflow.id}: ${word}`}
          >
            {badge}
          </Link>
        )}
      </div>
      {why === null ? null : <p className="text-note break-words text-ink-2">{why}</p>}
    </li>
  );
}

/** The list. */
export function HistoryList({
  history,
  zone,
}: {
  history: readonly ScheduleRunView[];
  zone: string;
}) {
  if (history.length === 0) return <p className="text-ink-3">Nothing was due so far.</p>;
  return (
    <ul aria-label="What became of each due time">
      {history.map((run) => (
        <Run key={run.due.at} run={run} zone={zone} />
      ))}
    </ul>
  );
}
