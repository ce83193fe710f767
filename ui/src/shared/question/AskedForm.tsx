// The place to answer what an agent asks in the middle of its work: its choices, the operator's own words, or neither. All
// words of the agent are shown as plain text.

import { type FormEvent, type KeyboardEvent, useId, useState } from "react";
import type { AgentQuestion } from "@/bindings/bindings";
import { readWords } from "../origin/originWords";
import { Button } from "../ui/Button";
import { FieldGroup } from "../ui/FieldGroup";
import { Kbd } from "../ui/Kbd";
import { TextArea } from "../ui/TextArea";
import { problemOf } from "./problem";
import type { QuestionReply } from "./send";

/** Names of the form, as the backend gives it. */
const ANSWER = "answer";
const WITHOUT = "without";

/** As many characters as the backend takes. */
const LONGEST = 4_000;

interface Props {
  asked: AgentQuestion;
  onReply: (reply: QuestionReply) => Promise<unknown>;
}

function useAnswer({ asked, onReply }: Props) {
  const [choice, setChoice] = useState<string | null>(null);
  const [words, setWords] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState<string | null>(null);
  const send = async (outcome: string) => {
    if (busy !== null) return;
    const said = words.trim();
    if (outcome === ANSWER && choice === null && said === "") {
      const only = asked.choices.length === 0;
      setProblem(only ? "Write an answer first." : "Choose an answer, or write one.");
      return;
    }
    const fields = {
      ...(outcome === ANSWER && choice !== null ? { choice } : {}),
      ...(outcome === ANSWER && said !== "" ? { words: said } : {}),
    };
    setBusy(outcome);
    setProblem(null);
    try {
      await onReply({ outcome, fields });
    } catch (error) {
      setProblem(problemOf(error));
    } finally {
      setBusy(null);
    }
  };
  return { choice, setChoice, words, setWords, problem, busy, send };
}

interface ChoicesProps {
  choices: readonly string[];
  value: string | null;
  onChange: (choice: string | null) => void;
}

/** One of the agent's choices, or none of them: then the words alone are the answer. */
function Choices({ choices, value, onChange }: ChoicesProps) {
  const name = useId();
  const all = [...choices.map((choice) => ({ label: choice, value: choice })), NONE_OF_THEM];
  return (
    <FieldGroup legend="Answers to choose from" look="hidden" layout="flex flex-col">
      {all.map((each) => (
        <label key={each.value ?? ""} className="flex min-h-8 items-start gap-2 py-1">
          <input
            type="radio"
            name={name}
            checked={value === each.value}
            onChange={() => onChange(each.value)}
            className="mt-0.5 size-4 shrink-0 accent-accent"
          />
          <span className={each.value === null ? "text-ink-2" : "min-w-0 break-words text-ink"}>
            {each.label}
          </span>
        </label>
      ))}
    </FieldGroup>
  );
}

const NONE_OF_THEM = { label: "Something else", value: null };

/** The form. Ctrl-Enter sends the answer. */
export function AskedForm(props: Props) {
  const { choices, from } = props.asked;
  const { choice, setChoice, words, setWords, problem, busy, send } = useAnswer(props);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void send(ANSWER);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) void send(ANSWER);
  };
  return (
    <form
      noValidate
      onSubmit={submit}
      onKeyDown={onKeyDown}
      className="flex max-w-160 flex-col gap-3"
    >
      {from.length === 0 ? null : (
        <p className="max-w-[70ch] text-note text-ink-2">
          The workflow has read {readWords(from)}. The question may come from there. Tell it no
          secrets.
        </p>
      )}
      {choices.length === 0 ? null : (
        <Choices choices={choices} value={choice} onChange={setChoice} />
      )}
      <TextArea
        label={
          choices.length === 0
            ? "Your answer"
            : choice === null
              ? "Your own words"
              : "Your own words (optional)"
        }
        rows={2}
        maxLength={LONGEST}
        value={words}
        error={problem}
        onChange={(event) => setWords(event.target.value)}
        className="field-sizing-content max-h-[40vh] min-h-14"
      />
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <Button type="submit" variant="primary" busy={busy === ANSWER}>
          Answer
        </Button>
        <Kbd keys="mod+enter" />
        <Button variant="secondary" busy={busy === WITHOUT} onClick={() => void send(WITHOUT)}>
          Go on without an answer
        </Button>
      </div>
    </form>
  );
}
