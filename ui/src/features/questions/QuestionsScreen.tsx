// The inbox: every question of every workflow that waits for the operator, by what it is about, answered in place; under
// it what was answered lately.

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { CircleCheck } from "lucide-react";
import { type KeyboardEvent, useEffect, useRef } from "react";
import type { QuestionView } from "@/bindings/bindings";
import { api, describeError } from "@/host";
import { useListKeys } from "@/shared/hooks/useListKeys";
import { QuestionCard } from "@/shared/question/QuestionCard";
import { QuestionLink } from "@/shared/question/QuestionLink";
import { answerWords, KIND_ORDER, KIND_TITLES } from "@/shared/question/questionWords";
import { EmptyState } from "@/shared/ui/EmptyState";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";
import { TimeAgo } from "@/shared/ui/TimeAgo";
import { useQuestionStore } from "@/stores";

/** How many answered questions are shown. The journals of their workflows have all of them. */
const LATELY = 20;
const CONTROL = "textarea, input, [role=combobox], button";

interface ItemProps {
  question: QuestionView;
  active: boolean;
  register: (element: HTMLLIElement | null) => void;
}

/** A card that J and K reach; Enter goes to its first field, Esc comes back out of it. */
function Item({ question, active, register }: ItemProps) {
  const item = useRef<HTMLLIElement>(null);
  useEffect(() => {
    const typing = document.activeElement?.matches("input, textarea, select");
    if (!active || typing || item.current?.contains(document.activeElement)) return;
    item.current?.focus({ preventScroll: true });
    item.current?.scrollIntoView({ block: "nearest" });
  }, [active]);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Escape" || event.target === item.current) return;
    event.preventDefault();
    item.current?.focus();
  };
  return (
    <li
      ref={(element) => {
        item.current = element;
        register(element);
      }}
      tabIndex={-1}
      onKeyDown={onKeyDown}
      className="rounded-md"
    >
      <QuestionCard question={question} link={<QuestionLink question={question} />} />
    </li>
  );
}

/** The questions in the order of the screen: by kind, the oldest first. */
function byKind(questions: readonly QuestionView[]) {
  return KIND_ORDER.map((kind) => ({
    kind,
    items: questions.filter((question) => question.kind === kind),
  })).filter(({ items }) => items.length > 0);
}

function Open({ questions }: { questions: readonly QuestionView[] }) {
  const groups = byKind(questions);
  const order = groups.flatMap(({ items }) => items);
  const cards = useRef(new Map<number, HTMLLIElement>());
  const { active } = useListKeys(order.length, (index) => {
    const id = order[index]?.id;
    const card = id === undefined ? undefined : cards.current.get(id);
    card?.querySelector<HTMLElement>(CONTROL)?.focus();
  });
  return groups.map(({ kind, items }) => (
    <section key={kind} aria-labelledby={`kind-${kind}`}>
      <h2
        id={`kind-${kind}`}
        className="mb-1.5 flex h-6 items-center gap-2 text-note font-semibold text-ink-2"
      >
        {KIND_TITLES[kind]} <span className="tabular font-normal text-ink-3">{items.length}</span>
      </h2>
      <ul className="flex flex-col gap-3">
        {items.map((question) => (
          <Item
            key={question.id}
            question={question}
            active={order[active]?.id === question.id}
            register={(element) => {
              if (element === null) cards.current.delete(question.id);
              else cards.current.set(question.id, element);
            }}
          />
        ))}
      </ul>
    </section>
  ));
}

/** What was answered lately, in this window, in another or by itself. It is asked for anew when questions come or go. */
function useAnswered(questions: readonly QuestionView[]) {
  const client = useQueryClient();
  const query = useQuery({
    queryKey: ["answered-questions"],
    queryFn: () => api.listAnsweredQuestions(LATELY),
  });
  const open = questions.map(({ id }) => id).join();
  const known = useRef(open);
  useEffect(() => {
    if (known.current === open) return;
    known.current = open;
    void client.invalidateQueries({ queryKey: ["answered-questions"] });
  }, [open, client]);
  return query;
}

function Answered({ question }: { question: QuestionView }) {
  const alone = question.reply?.expired === true;
  return (
    <li className="border-b border-line py-2.5 last:border-0">
      <div className="flex flex-wrap items-baseline gap-x-3 text-note text-ink-3">
        <span className="min-w-0 flex-1 break-words">
          <QuestionLink question={question} />
        </span>
        <TimeAgo at={question.answered_at ?? question.asked_at} />
      </div>
      <p className="mt-0.5 line-clamp-3 break-words text-ink-2" title={question.text}>
        {question.text}
      </p>
      <p className="mt-0.5 break-words whitespace-pre-wrap text-ink">
        {answerWords(question)}
        {alone ? <span className="text-ink-3"> (by itself: its time was over)</span> : null}
      </p>
    </li>
  );
}

function Lately({ questions }: { questions: readonly QuestionView[] }) {
  const { data, error } = useAnswered(questions);
  if (error !== null) {
    return <ErrorNotice title="What was answered could not be read." {...describeError(error)} />;
  }
  if (data === undefined || data.length === 0) return null;
  return (
    <section aria-labelledby="answered">
      <h2 id="answered" className="mb-1.5 flex h-6 items-center text-note font-semibold text-ink-2">
        Answered lately
      </h2>
      <ul>
        {data.map((question) => (
          <Answered key={question.id} question={question} />
        ))}
      </ul>
    </section>
  );
}

/** The screen at `/questions`. */
export function QuestionsScreen() {
  const questions = useQuestionStore((state) => state.questions);
  return (
    <div className="h-full overflow-y-auto">
      <div className="mx-auto flex w-full max-w-200 flex-col gap-7 px-8 pt-5 pb-14">
        <h1 className="text-title font-semibold">Needs you</h1>
        {questions.length === 0 ? (
          <EmptyState icon={<CircleCheck />} title="Nothing needs you">
            Approvals, questions, and whatever else a workflow can't decide without you appear here.
          </EmptyState>
        ) : (
          <Open questions={questions} />
        )}
        <Lately questions={questions} />
      </div>
    </div>
  );
}
