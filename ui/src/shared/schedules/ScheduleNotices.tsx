// What went wrong with schedules, until the operator has seen it.

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { CalendarX } from "lucide-react";
import type { ScheduleNotice } from "@/bindings/bindings";
import { api, describeError } from "@/host";
import { Button } from "@/shared/ui/Button";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";
import { TimeAgo } from "@/shared/ui/TimeAgo";
import { outcomeWords, timesWords } from "./outcomeWords";
import { noticesQuery, schedulesQuery, useFreshSchedules } from "./scheduleQueries";

/** Notices of one schedule, newest first. */
interface Group {
  id: number;
  name: string;
  notices: ScheduleNotice[];
}

/** Notices by schedule, in the order of the newest of each. */
export function groupNotices(notices: readonly ScheduleNotice[]): Group[] {
  const groups = new Map<number, Group>();
  for (const notice of notices) {
    const { schedule_id: id, name } = notice;
    const group = groups.get(id) ?? { id, name, notices: [] };
    group.notices.push(notice);
    groups.set(id, group);
  }
  return [...groups.values()];
}

/** At most so many lines of one schedule. */
const LINES = 3;

function Line({ notice }: { notice: ScheduleNotice }) {
  const { word, why } = outcomeWords(notice.run);
  const times = timesWords(notice.run);
  return (
    <li className="text-ink-2">
      <span className="font-medium text-ink">
        {word}
        {times === null ? "" : ` ${times}`}
      </span>{" "}
      <TimeAgo at={notice.at} className="text-note text-ink-3" /> {why}{" "}
      {notice.run.workflow === null ? null : (
        <Link
          to="/workflows/$id"
          params={{ id: String(notice.run.workflow.id) }}
          className="text-ink underline underline-offset-2"
        >
          Open workflow {notice.run.workflow.id}
        </Link>
      )}
    </li>
  );
}

function GroupNotice({ group }: { group: Group }) {
  const client = useQueryClient();
  const newest = Math.max(...group.notices.map((notice) => notice.at));
  const dismiss = useMutation({
    mutationFn: () => api.dismissScheduleNotices(group.id, newest),
    onSettled: () => client.invalidateQueries({ queryKey: schedulesQuery.queryKey }),
  });
  const more = group.notices.length - LINES;
  return (
    <li className="flex gap-3 rounded-md border border-line px-3.5 py-3">
      <CalendarX className="mt-0.5 size-4 shrink-0 text-ink-3" aria-hidden="true" />
      <div className="min-w-0 flex-1">
        <Link
          to="/schedules"
          search={{ schedule: group.id }}
          className="font-semibold text-ink hover:underline"
        >
          {group.name}
        </Link>
        <ul>
          {group.notices.slice(0, LINES).map((notice) => (
            <Line key={`${notice.run.due.at}`} notice={notice} />
          ))}
        </ul>
        {more > 0 ? <p className="text-note text-ink-3">And {more} more before that.</p> : null}
        {dismiss.error === null ? null : (
          <ErrorNotice title="That was not kept." {...describeError(dismiss.error)} />
        )}
      </div>
      <Button small variant="quiet" busy={dismiss.isPending} onClick={() => dismiss.mutate()}>
        Seen
      </Button>
    </li>
  );
}

/** One entry for each schedule that something went wrong with; nothing while all is well. */
export function ScheduleNotices() {
  useFreshSchedules();
  const { data } = useQuery(noticesQuery);
  const groups = groupNotices(data ?? []);
  if (groups.length === 0) return null;
  return (
    <ul aria-label="Trouble with schedules" className="flex flex-col gap-2">
      {groups.map((group) => (
        <GroupNotice key={group.id} group={group} />
      ))}
    </ul>
  );
}
