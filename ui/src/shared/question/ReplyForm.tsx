// The place to answer a question that asks for more than words: what is decided about, the values that are asked for,
// and a button for each way to answer.

import { type FormEvent, type KeyboardEvent, type ReactNode, useState } from "react";
import type { Form, Outcome } from "@/bindings/bindings";
import { FieldList } from "../form/FieldList";
import { useFields } from "../form/useFields";
import { useNow } from "../hooks/useNow";
import { formatDuration, formatTime } from "../lib/format";
import { Markdown } from "../markdown";
import { Button } from "../ui/Button";
import { problemOf } from "./problem";
import { outcomeTitle } from "./questionWords";
import type { QuestionReply } from "./send";
import { ToolApproval } from "./ToolApproval";

interface Props {
  form: Form;
  onReply: (reply: QuestionReply) => Promise<unknown>;
}

/** When it answers itself, and how. */
function Expiry({ form }: { form: Form }) {
  const at = form.expires_at ?? null;
  const now = useNow(at !== null);
  if (at === null) return null;
  const outcome = form.expired_outcome ?? null;
  const left = at - now;
  const again = form.about?.about === "tool";
  const then = again
    ? "Without an answer it is asked anew"
    : outcome === null || (form.outcomes ?? []).length === 0
      ? outcome === null
        ? "Without an answer the task fails"
        : "Without an answer it goes on with the defaults"
      : `Without an answer it is “${outcomeTitle(form, outcome)}”`;
  return (
    <p className="tabular text-note text-ink-2" title={formatTime(at)}>
      {left <= 0 ? "The time to answer is over." : `${then} in ${formatDuration(left)}.`}
    </p>
  );
}

/** The outcome that refuses a call and all like it: it must not be hit by accident. */
const NEVER = "never";
/** The outcomes about a call that refuse it. */
const REFUSING: readonly string[] = ["refuse", NEVER];

const ONLY: Outcome = { name: "", title: "Send" };

function useReply({ form, onReply }: Props) {
  const fields = form.fields ?? [];
  const state = useFields(fields);
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState<string | null>(null);
  const send = async (outcome: string) => {
    if (busy !== null) return;
    const values = state.read();
    if (values === null) return;
    setBusy(outcome);
    setProblem(null);
    try {
      await onReply({ outcome: outcome === ONLY.name ? null : outcome, fields: values });
    } catch (error) {
      setProblem(problemOf(error));
    } finally {
      setBusy(null);
    }
  };
  return { fields, state, problem, busy, send };
}

interface WaysProps {
  ways: readonly Outcome[];
  /** The one that is being sent. */
  busy: string | null;
  send: (outcome: string) => Promise<void>;
  /** Whether the first of them is what one most likely wants. */
  primary?: boolean;
  children?: ReactNode;
}

/** Ways to answer, side by side. */
function Ways({ ways, busy, send, primary = false, children }: WaysProps) {
  const [first] = ways;
  return (
    <div className="flex flex-wrap items-center gap-2">
      {ways.map((way) => (
        <Button
          key={way.name}
          variant={
            primary && way === first ? "primary" : way.name === NEVER ? "quiet" : "secondary"
          }
          busy={busy === way.name}
          onClick={() => void send(way.name)}
        >
          {way.title}
        </Button>
      ))}
      {children}
    </div>
  );
}

/** The form. Ctrl-Enter sends where there is only one way to answer. */
export function ReplyForm({ form, onReply }: Props) {
  const { fields, state, problem, busy, send } = useReply({ form, onReply });
  const outcomes = form.outcomes ?? [];
  const approval = form.about?.about === "tool" ? form.about.approval : null;
  const ways = outcomes.length === 0 ? [ONLY] : outcomes;
  const refuses = (way: Outcome) => approval !== null && REFUSING.includes(way.name);
  const submit = (event?: FormEvent) => {
    event?.preventDefault();
    if (outcomes.length === 0) void send(ONLY.name);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) submit();
  };
  return (
    <form
      noValidate
      onSubmit={submit}
      onKeyDown={onKeyDown}
      className="flex max-w-160 flex-col gap-3"
    >
      {form.show ? (
        <section
          aria-label="What is decided about"
          // Nobody should have to scroll sideways to read what they decide about.
          className="rounded-md bg-field px-4 py-3 [&_pre]:whitespace-pre-wrap"
        >
          <Markdown text={form.show} size="interface" firstHeading={3} />
        </section>
      ) : null}
      {approval === null ? null : <ToolApproval approval={approval} />}
      {fields.length === 0 ? null : <FieldList fields={fields} state={state} />}
      {problem === null ? null : (
        <p role="alert" className="text-bad">
          {problem}
        </p>
      )}
      <Ways ways={ways.filter((way) => !refuses(way))} busy={busy} send={send} primary>
        {approval === null ? (
          <span className="ml-1">
            <Expiry form={form} />
          </span>
        ) : null}
      </Ways>
      {approval === null ? null : (
        <>
          <Ways ways={ways.filter(refuses)} busy={busy} send={send} />
          <Expiry form={form} />
        </>
      )}
    </form>
  );
}
