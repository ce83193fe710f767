import { QuestionCard } from "@/shared/question/QuestionCard";
import { QuestionLink } from "@/shared/question/QuestionLink";
import { useQuestionStore } from "@/stores";
import { SectionTitle } from "./SectionTitle";

/** The questions that wait for the operator, answered in place. */
export function NeedsYou() {
  const questions = useQuestionStore((state) => state.questions);
  if (questions.length === 0) return null;
  return (
    <section aria-labelledby="needs-you">
      <SectionTitle id="needs-you" count={questions.length}>
        Needs you
      </SectionTitle>
      <ul className="flex flex-col gap-3">
        {questions.map((question) => (
          <li key={question.id}>
            <QuestionCard question={question} link={<QuestionLink question={question} />} />
          </li>
        ))}
      </ul>
    </section>
  );
}
