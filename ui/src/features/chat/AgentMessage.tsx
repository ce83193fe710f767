// A reply: as it is being written, then as it was given, with its sources and what it took.

import { RotateCw } from "lucide-react";
import { memo } from "react";
import type { ReplyView } from "@/bindings/bindings";
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
import { OriginLabels } from "@/shared/origin/OriginLabel";
import { QuestionCard } from "@/shared/question/QuestionCard";
import { AgentAvatar } from "@/shared/ui/AgentAvatar";
import { Button } from "@/shared/ui/Button";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";
import { IconButton } from "@/shared/ui/IconButton";
import { TimeAgo } from "@/shared/ui/TimeAgo";
import { type Agent, type Message, useQuestionStore, useStreamText } from "@/stores";
import { BranchWalker } from "./BranchWalker";
import { isReplying, leftOutWords, passedOverWords } from "./chatWords";
import { MakeWorkflow } from "./MakeWorkflow";
import type { MessageActs } from "./useMessageActs";

/** Who wrote it, how long that took and what it cost, in one quiet line. */
function Took({ message, reply }: { message: Message; reply: ReplyView }) {
  const cost = spentWords(reply.spent);
  const ended = reply.ended_at;
  const parts = [
    reply.model === null ? null : modelWords(reply.model),
    ended === null ? null : formatFinishedDuration(ended - message.createdAt),
    cost,
  ].filter((part) => part !== null);
  return (
    <p className="min-w-0 truncate text-note text-ink-3" title={spentInFull(reply.spent)}>
      {parts.join(" · ")}
      {parts.length === 0 ? null : " · "}
      <TimeAgo at={message.createdAt} />
    </p>
  );
}

/** What is to be said beside the words: who was asked before, and what the agent was not told. */
function Notes({ reply }: { reply: ReplyView }) {
  const leftOut = leftOutWords(reply);
  if (leftOut === null && reply.passed_over.length === 0) return null;
  return (
    <div className="mt-2 flex flex-col gap-0.5 text-note break-words text-ink-2">
      {reply.passed_over.map((passed) => (
        <p key={passed.model}>{passedOverWords(passed)}</p>
      ))}
      {leftOut === null ? null : <p>{leftOut}</p>}
    </div>
  );
}

interface Props {
  message: Message;
  before: (id: string) => readonly Message[];
  agent: Pick<Agent, "id" | "name" | "kind">;
  acts: MessageActs;
  /** Whether something can be said now. */
  open: boolean;
}

/** The words as far as they are there. */
function Words({ message, reply }: { message: Message; reply: ReplyView }) {
  const openCitation = useOpenCitation();
  const streamed = useStreamText(reply.task_id ?? -1);
  const replying = isReplying(reply) && !reply.stopping;
  // What was read and what came since are two ways to the same text; the longer one is the newer.
  const text = replying && streamed.length > message.content.length ? streamed : message.content;
  const waits = waitWords({ waits_for: reply.waits_for });
  if (text === "" && replying && reply.question === null) {
    return (
      <p role="status" className="text-read text-ink-3">
        {waits === null ? "Thinking" : `${waits}.`}
      </p>
    );
  }
  return (
    <StreamingText
      text={text}
      streaming={replying}
      citations={message.view.citations}
      onCitation={openCitation}
      firstHeading={3}
    />
  );
}

/** Why a reply is not whole. */
function Ended({
  message,
  reply,
  acts,
  open,
}: Omit<Props, "before" | "agent"> & { reply: ReplyView }) {
  if (reply.status === "cancelled") {
    return (
      <p className="mt-1 text-note text-ink-2">
        {message.content === "" ? "You stopped it before the first word." : "You stopped it here."}
      </p>
    );
  }
  if (reply.status !== "failed") return null;
  return (
    <ErrorNotice
      title="The reply did not come about."
      message={reply.failure?.message ?? "Nothing more is known."}
      nextStep={reply.failure?.next_step ?? null}
      action={
        <Button small disabled={!open} onClick={() => void acts.regenerate(message.id)}>
          Try again
        </Button>
      }
      className="mt-2"
    />
  );
}

/** The buttons under a reply that has ended. */
function Actions({ message, before, agent, acts, open }: Props) {
  const { view } = message;
  return (
    <>
      <IconButton
        label="Reply anew"
        icon={<RotateCw />}
        disabled={!open || acts.busy}
        onClick={() => void acts.regenerate(view.uid)}
      />
      {message.content === "" ? null : (
        <MakeWorkflow message={message} before={before} agentName={agent.name} />
      )}
      <BranchWalker view={view} onChoose={acts.choose} />
      {message.content === "" ? null : (
        <CopyButton text={textWithSources(message.content, view.citations)} what="reply" />
      )}
    </>
  );
}

/** Where what the reply was made from comes from. That earlier messages are told is so with every reply. */
function Origins({ reply }: { reply: ReplyView }) {
  const from = (reply.has_read ?? []).filter((each) => each !== "conversation");
  return <OriginLabels from={from} staysHere={reply.stays_here ?? []} className="mt-2" />;
}

/** A message of the agent. */
export const AgentMessage = memo(function AgentMessage(props: Props) {
  const { message, agent } = props;
  const { reply } = message.view;
  const question = useQuestionStore((state) =>
    state.questions.find(({ id }) => id === reply?.question),
  );
  if (reply === null) return null;
  const replying = isReplying(reply);
  return (
    <article aria-label={`${agent.name} replied`} aria-busy={replying} className="flex gap-3">
      <AgentAvatar name={agent.name} kind={agent.kind} id={agent.id} size="medium" />
      <div className="min-w-0 flex-1">
        <p className="mb-1 flex h-7 items-center font-semibold text-ink">{agent.name}</p>
        <Words message={message} reply={reply} />
        {question === undefined ? null : (
          <div className="mt-2">
            <QuestionCard question={question} />
          </div>
        )}
        <Ended {...props} reply={reply} />
        <FoldedSources text={message.content} citations={message.view.citations} />
        <Origins reply={reply} />
        <Notes reply={reply} />
        {replying ? null : (
          <div className="mt-1.5 -ml-1.5 flex min-h-7 flex-wrap items-center gap-x-0.5">
            <Actions {...props} />
            <span className="ml-auto min-w-0 pl-3">
              <Took message={message} reply={reply} />
            </span>
          </div>
        )}
      </div>
    </article>
  );
});
