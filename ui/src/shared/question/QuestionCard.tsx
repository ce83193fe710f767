// A question that waits for the operator, with the place to answer it. Amber, because nothing else needs
// a person. Used by Home, by the inbox and by the workflow's own screen.

import { type FormEvent, type KeyboardEvent, type ReactNode, useState } from "react";
import type { QuestionView } from "@/bindings/bindings";
import { useAnswerWaits } from "@/stores";
import { KeysNeeded } from "../keys/KeysNeeded";
import { Button } from "../ui/Button";
import { Kbd } from "../ui/Kbd";
import { StatusBadge } from "../ui/StatusBadge";
import { TextArea } from "../ui/TextArea";
import { TimeAgo } from "../ui/TimeAgo";
import { AskedForm } from "./AskedForm";
import { problemOf } from "./problem";
import { ReplyForm } from "./ReplyForm";
import { type QuestionReply, sendAnswer, sendReply } from "./send";

const LONGEST = 20_000;

interface Props {
  question: QuestionView;
  /** Sends the answer. Rejects with an `ApiError` where it was not taken. */
  onAnswer?: (answer: string) => Promise<unknown>;
  /** The same for a question with a form. */
  onReply?: (reply: QuestionReply) => Promise<unknown>;
  /** A link to the workflow, where the card does not stand in it. */
  link?: ReactNode;
}

type SendAnswer = NonNullable<Props["onAnswer"]>;

function useAnswer(onAnswer: SendAnswer) {
  const [answer, setAnswer] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);

  const send = async (event?: FormEvent) => {
    event?.preventDefault();
    const words = answer.trim();
    if (busy) return;
    if (words === "") {
      setProblem("Write an answer first.");
      return;
    }
    setBusy(true);
    setProblem(null);
    try {
      await onAnswer(words);
    } catch (error) {
      setProblem(problemOf(error));
    } finally {
      setBusy(false);
    }
  };
  return { answer, setAnswer, problem, busy, send };
}

/** The answer's form. Ctrl-Enter sends. */
function AnswerForm({ onAnswer }: { onAnswer: SendAnswer }) {
  const { answer, setAnswer, problem, busy, send } = useAnswer(onAnswer);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) void send();
  };
  return (
    <form onSubmit={(event) => void send(event)} className="flex max-w-160 flex-col gap-2">
      <TextArea
        label="Your answer"
        rows={2}
        maxLength={LONGEST}
        value={answer}
        error={problem}
        onChange={(event) => setAnswer(event.target.value)}
        onKeyDown={onKeyDown}
      />
      <div className="flex items-center gap-3">
        <Button type="submit" variant="primary" busy={busy}>
          Answer
        </Button>
        <Kbd keys="mod+enter" />
      </div>
    </form>
  );
}

/** The place to answer: the passphrase of the keys, a form, or words. */
function Place({ question, onAnswer, onReply }: Omit<Props, "link">) {
  const waits = useAnswerWaits(question.id);
  if (waits) {
    return (
      <p role="status" className="text-ink-2">
        Your answer waits to be sent. It goes out as soon as the server can be reached.
      </p>
    );
  }
  if (question.kind === "keys_locked") return <KeysNeeded />;
  if (question.form !== null) {
    const reply = onReply ?? ((given: QuestionReply) => sendReply(question, given));
    const { about } = question.form;
    return about?.about === "asked" ? (
      <AskedForm asked={about.asked} onReply={reply} />
    ) : (
      <ReplyForm form={question.form} onReply={reply} />
    );
  }
  return <AnswerForm onAnswer={onAnswer ?? ((answer) => sendAnswer(question, answer))} />;
}

/** The question, who asks it, and the place to answer. */
export function QuestionCard({ question, link, ...send }: Props) {
  const { agent_name: agent, task_title: task } = question;
  return (
    <section
      aria-label={`Question: ${question.text}`}
      className="rounded-md bg-signal-soft px-4 py-3.5 text-ink"
    >
      <div className="flex flex-wrap items-center gap-x-2.5 gap-y-1 text-note text-ink-2">
        <StatusBadge status="waiting" word="Needs you" />
        <span>
          {agent ?? "Wheelhouse"} asks in “{task}”
        </span>
        <TimeAgo at={question.asked_at} />
        {link === undefined ? null : <span className="min-w-0 break-words">{link}</span>}
      </div>
      <p className="mt-2 mb-3 max-w-[70ch] text-read break-words whitespace-pre-wrap">
        {question.text}
      </p>
      <Place question={question} {...send} />
    </section>
  );
}
