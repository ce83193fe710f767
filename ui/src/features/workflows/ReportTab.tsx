// The report tab: the report, the report as it is being written, or why there is none.

import type { Citation, Report } from "@/bindings/bindings";
import { StreamingText } from "@/shared/markdown";
import { EmptyState } from "@/shared/ui/EmptyState";
import { Skeleton } from "@/shared/ui/Skeleton";
import { type Task, useStreamText, type Workflow } from "@/stores";
import { ReportView } from "./ReportView";
import { isElsewhere, isFinal } from "./words";

interface Props {
  workflow: Workflow;
  report: Report | null;
  tasks: readonly Task[];
  onCitation: (citation: Citation) => void;
}

/** The report as it is being written; it stays until the finished one is there, so that nothing flashes. */
function Growing({ task }: { task: Task }) {
  const text = useStreamText(task.id);
  const running = task.status === "running";
  if (text !== "") return <StreamingText text={text} streaming={running} />;
  return running ? (
    <p className="text-ink-3">The report begins in a moment.</p>
  ) : (
    <Skeleton rows={8} label="Loading the report" />
  );
}

function NoReport({ workflow }: { workflow: Workflow }) {
  const ended = isFinal(workflow.status);
  if (isElsewhere(workflow)) {
    return (
      <EmptyState title="The report is written elsewhere">
        The workflow went on to another backend. What was done here is kept under Tasks.
      </EmptyState>
    );
  }
  return (
    <EmptyState title={ended ? "There is no report" : "The report comes last"}>
      {ended
        ? "The workflow ended before the report was written. What was done is kept under Tasks; Retry goes on from there."
        : "The driver writes it when every part is done. Follow the work under Tasks."}
    </EmptyState>
  );
}

/** Shows the report, or what stands in its place. */
export function ReportTab({ workflow, report, tasks, onCitation }: Props) {
  const task = tasks.find((each) => each.step === "report");
  if (report !== null) return <ReportView report={report} onCitation={onCitation} />;
  const expected = workflow.has_report || task?.status === "running";
  return task !== undefined && expected ? (
    <Growing task={task} />
  ) : (
    <NoReport workflow={workflow} />
  );
}
