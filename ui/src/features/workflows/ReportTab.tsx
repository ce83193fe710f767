// The report tab: the report, the report as it is being written, or why there is none.

import type { Citation, Report } from "@/bindings/bindings";
import { StreamingText } from "@/shared/markdown";
import { EmptyState } from "@/shared/ui/EmptyState";
import { Skeleton } from "@/shared/ui/Skeleton";
import { type Task, useAgentStore, useStreamText, type Workflow } from "@/stores";
import { ReportView } from "./ReportView";
import { isFinal, REHEARSAL } from "./words";

interface Props {
  workflow: Workflow;
  report: Report | null;
  tasks: readonly Task[];
  onCitation: (citation: Citation) => void;
}

function Growing({ task }: { task: Task }) {
  const text = useStreamText(task.id);
  return text === "" ? (
    <p className="text-ink-3">The report begins in a moment.</p>
  ) : (
    <StreamingText text={text} streaming />
  );
}

function NoReport({ workflow }: { workflow: Workflow }) {
  const ended = isFinal(workflow.status);
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
  const writing = tasks.find((task) => task.step === "report" && task.status === "running");
  const writer = tasks.find((task) => task.step === "report")?.assigned_to ?? null;
  const rehearsal = useAgentStore(
    (state) => state.agents.find((agent) => agent.id === writer)?.model === REHEARSAL,
  );
  if (report !== null) {
    return <ReportView report={report} onCitation={onCitation} rehearsal={rehearsal} />;
  }
  if (workflow.has_report) return <Skeleton rows={8} label="Loading the report" />;
  return writing === undefined ? <NoReport workflow={workflow} /> : <Growing task={writing} />;
}
