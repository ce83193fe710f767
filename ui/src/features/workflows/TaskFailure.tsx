// Why a task failed, or failed so far, and what to do.

import { useNow } from "@/shared/hooks/useNow";
import { formatDuration } from "@/shared/lib/format";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";
import type { Task } from "@/stores";

interface Props {
  task: Task;
}

/** The failure of a task that ended with one, or the one that another attempt follows. */
export function TaskFailure({ task }: Props) {
  const { failure, retry_at } = task;
  const between = retry_at !== null && task.status === "pending";
  const now = useNow(between);
  if (failure === null || (task.status !== "failed" && !between)) return null;
  const next = between
    ? `The next attempt begins in ${formatDuration(Math.max(0, retry_at - now))}.`
    : failure.next_step;
  return (
    <ErrorNotice
      title={between ? `Attempt ${task.attempt} failed.` : "This task failed."}
      message={failure.message}
      nextStep={next}
      className="mt-4"
    />
  );
}
