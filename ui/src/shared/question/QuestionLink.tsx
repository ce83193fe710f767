// The way to where a question is asked: a workflow, a conversation whose reply waits, or an agent that is tried.

import { Link } from "@tanstack/react-router";
import type { QuestionView } from "@/bindings/bindings";

const LOOK = "text-ink underline underline-offset-2";

/** A link with the name of the place. */
export function QuestionLink({ question }: { question: QuestionView }) {
  const { conversation = null, workflow_id: id, workflow_name: name } = question;
  if (conversation !== null) {
    return (
      <Link to="/chat/$uid" params={{ uid: conversation }} className={LOOK}>
        {name}
      </Link>
    );
  }
  if (question.trial !== undefined && question.trial !== null) {
    return (
      <Link to="/agents" search={{ agent: question.trial, try: 1 }} className={LOOK}>
        {name}
      </Link>
    );
  }
  return (
    <Link
      to="/workflows/$id"
      params={{ id: String(id) }}
      search={{ task: question.task_id }}
      className={LOOK}
    >
      {name}
    </Link>
  );
}
