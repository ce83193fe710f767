// What the operator says of what a task gave. It stands in the work record of its agent, which whoever staffs is told.

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { ThumbsDown, ThumbsUp } from "lucide-react";
import type { Verdict } from "@/bindings/bindings";
import { api, describeError } from "@/host";
import { cx } from "@/shared/lib/cx";
import { Button } from "@/shared/ui/Button";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";
import { FieldGroup } from "@/shared/ui/FieldGroup";
import { type Task, useWorkflowStore } from "@/stores";

const CHOICES = [
  { verdict: "good", label: "Good", Icon: ThumbsUp },
  { verdict: "poor", label: "Poor", Icon: ThumbsDown },
] as const;

/** Whether there is something of an agent's own to judge. */
function canBeJudged(task: Task): boolean {
  return task.status === "completed" && task.assigned_to !== null && !task.overridden;
}

/** Two buttons under an answer. Pressing the one that is chosen takes it back. */
export function TaskVerdict({ task }: { task: Task }) {
  const client = useQueryClient();
  const updateTask = useWorkflowStore((state) => state.updateTask);
  const judge = useMutation({
    mutationFn: (verdict: Verdict | null) => api.judgeTask(task, verdict),
    onSuccess: ({ verdict }) => {
      updateTask(task.id, { verdict: verdict ?? null });
      void client.invalidateQueries({ queryKey: ["agent", task.assigned_to] });
    },
  });
  if (!canBeJudged(task)) return null;
  const said = task.verdict ?? null;
  return (
    <div className="mt-3">
      <FieldGroup legend="How good was this result?" look="hidden" layout="flex items-center gap-2">
        <span aria-hidden="true" className="text-note text-ink-2">
          How good was this?
        </span>
        {CHOICES.map(({ verdict, label, Icon }) => (
          <Button
            key={verdict}
            small
            variant="quiet"
            aria-pressed={said === verdict}
            busy={judge.isPending}
            icon={<Icon className="size-3.5" aria-hidden="true" />}
            className={cx(said === verdict && "bg-selected text-ink")}
            onClick={() => judge.mutate(said === verdict ? null : verdict)}
          >
            {label}
          </Button>
        ))}
      </FieldGroup>
      {judge.error === null ? null : (
        <ErrorNotice title="It was not kept." {...describeError(judge.error)} className="mt-2" />
      )}
    </div>
  );
}
