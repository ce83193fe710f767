// One trial: what was asked, what came of it, and what that took.

import { useEffect } from "react";
import type { TrialView } from "@/bindings/bindings";
import { api, describeError } from "@/host";
import { formatFinishedDuration } from "@/shared/lib/format";
import { spentInFull, spentWords } from "@/shared/lib/money";
import { waitWords } from "@/shared/lib/waitWords";
import {
  CopyButton,
  FoldedSources,
  StreamingText,
  textWithSources,
  useOpenCitation,
} from "@/shared/markdown";
import { modelWords } from "@/shared/model/modelWords";
import { QuestionCard } from "@/shared/question/QuestionCard";
import { Button } from "@/shared/ui/Button";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";
import { StatusBadge } from "@/shared/ui/StatusBadge";
import { TimeAgo } from "@/shared/ui/TimeAgo";
import { type Agent, useQuestionStore, useStreamStore, useStreamText } from "@/stores";
import { type AgentText, useAgentDrafts } from "../drafts";
import { useStopTrial } from "./trialQueries";
import { isTrying, triedWords } from "./trialWords";

/** Fetches what was written before the panel was open. */
function useWrittenSoFar({ work }: TrialView, trying: boolean): void {
  const { workflow_id: workflow, task_id: task } = work;
  useEffect(() => {
    if (!trying || task === null || useStreamStore.getState().texts[task] !== undefined) return;
    api
      .getTask(workflow, task)
      .then(({ partial }) => useStreamStore.getState().resync(task, partial))
      // The text is only worth seeing now; the answer comes with the record.
      .catch(() => useStreamStore.getState().clear([task]));
  }, [workflow, task, trying]);
}

function Words({
  trial,
  trying,
  firstHeading,
}: {
  trial: TrialView;
  trying: boolean;
  firstHeading: number;
}) {
  const openCitation = useOpenCitation();
  const streamed = useStreamText(trial.work.task_id ?? -1);
  const writing = trying && !trial.work.stopping;
  // What was read and what came since are two ways to the same text; the longer one is the newer.
  const text = writing && streamed.length > trial.text.length ? streamed : trial.text;
  if (text === "" && writing && trial.work.question === null) {
    const waits = waitWords({ waits_for: trial.work.waits_for });
    return (
      <p role="status" className="text-read text-ink-3">
        {waits === null ? "At work" : `${waits}.`}
      </p>
    );
  }
  return (
    <StreamingText
      text={text}
      streaming={writing}
      citations={trial.citations}
      onCitation={openCitation}
      firstHeading={firstHeading}
    />
  );
}

/** Who wrote it, how long that took and what it cost, in one quiet line. */
function Took({ trial }: { trial: TrialView }) {
  const { work, created_at: began } = trial;
  const parts = [
    work.model === null ? null : modelWords(work.model),
    work.ended_at === null ? null : formatFinishedDuration(work.ended_at - began),
    spentWords(work.spent),
  ].filter((part) => part !== null);
  return (
    <p className="tabular min-w-0 flex-1 text-note text-ink-3" title={spentInFull(work.spent)}>
      {parts.join(" · ")}
      {parts.length === 0 ? null : " · "}
      <TimeAgo at={began} />
    </p>
  );
}

function Ended({ trial, stop }: { trial: TrialView; stop: ReturnType<typeof useStopTrial> }) {
  const { work } = trial;
  if (stop.error !== null) {
    return <ErrorNotice title="It was not stopped." {...describeError(stop.error)} />;
  }
  if (work.status === "cancelled") {
    return <p className="text-note text-ink-2">You stopped it before it was done.</p>;
  }
  if (work.status !== "failed") return null;
  return (
    <ErrorNotice
      title="It did not work out."
      message={work.failure?.message ?? "Nothing more is known."}
      nextStep={work.failure?.next_step ?? null}
    />
  );
}

interface Props {
  agent: Agent;
  trial: TrialView;
  /** Level of the first heading in what it gave. */
  firstHeading: number;
}

/** The whole of a trial. */
export function TrialItem({ agent, trial, firstHeading }: Props) {
  const trying = isTrying(trial);
  const stop = useStopTrial(agent);
  const now: AgentText = useAgentDrafts((state) => state.drafts[agent.id]) ?? agent;
  const differs = triedWords(trial.tried, now);
  const question = useQuestionStore((state) =>
    state.questions.find(({ id }) => id === trial.work.question),
  );
  useWrittenSoFar(trial, trying);
  return (
    <article aria-label="Trial" aria-busy={trying}>
      <header className="mb-2 flex items-start gap-3">
        <p className="line-clamp-3 min-w-0 flex-1 break-words whitespace-pre-wrap text-ink-2">
          {trial.task}
        </p>
        {trying ? (
          <Button
            small
            busy={stop.isPending || trial.work.stopping}
            onClick={() => stop.mutate(trial)}
          >
            Stop
          </Button>
        ) : (
          <StatusBadge status={trial.work.status} />
        )}
      </header>
      {differs === null ? null : <p className="mb-2 text-note text-ink-2">{differs}.</p>}
      <Words trial={trial} trying={trying} firstHeading={firstHeading} />
      {question === undefined ? null : (
        <div className="mt-2">
          <QuestionCard question={question} />
        </div>
      )}
      <Ended trial={trial} stop={stop} />
      <FoldedSources text={trial.text} citations={trial.citations} />
      <footer className="mt-2 flex min-h-7 items-center gap-3">
        <Took trial={trial} />
        {trying || trial.text === "" ? null : (
          <CopyButton text={textWithSources(trial.text, trial.citations)} what="answer" />
        )}
      </footer>
    </article>
  );
}
