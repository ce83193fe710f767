// What stands between the head of a workflow and its tabs: a failure, a question, an action that did not
// work, a report that has arrived.

import { Link } from "@tanstack/react-router";
import { FileText } from "lucide-react";
import { describeError } from "@/host";
import { QuestionCard } from "@/shared/question/QuestionCard";
import { Button } from "@/shared/ui/Button";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";
import { type Task, useQuestionsOf, type Workflow } from "@/stores";
import { ForkFromThere, forkableFrom } from "./fork/ForkButton";
import { WhereItIs } from "./move/WhereItIs";
import type { useWorkflowActions } from "./useWorkflowActions";
import { allowedActions } from "./words";

interface Props {
  workflow: Workflow;
  tasks: readonly Task[];
  actions: ReturnType<typeof useWorkflowActions>;
  onOpenTask: (taskId: number) => void;
}

function Failure({ workflow, tasks, actions, onOpenTask }: Props) {
  const { failure } = workflow;
  if (failure === null || workflow.status !== "failed") return null;
  const task = tasks.find((each) => each.key === failure.task);
  const from = forkableFrom(failure.failure, tasks);
  return (
    <ErrorNotice
      title={`“${failure.task_title}” failed.`}
      message={failure.failure.message}
      nextStep={failure.failure.next_step}
      action={
        <>
          {task === undefined ? null : (
            <Button small onClick={() => onOpenTask(task.id)}>
              Show the task
            </Button>
          )}
          <ForkFromThere failure={failure.failure} tasks={tasks} workflow={workflow} />
          {allowedActions(workflow).retry ? (
            <Button
              small
              variant={from === undefined ? "primary" : "secondary"}
              busy={actions.retry.isPending}
              onClick={() => actions.run("retry")}
            >
              Retry
            </Button>
          ) : null}
        </>
      }
    />
  );
}

function Problem({ actions }: Pick<Props, "actions">) {
  if (actions.problem === null) return null;
  const { message, nextStep } = describeError(actions.problem.cause);
  return <ErrorNotice title={actions.problem.title} message={message} nextStep={nextStep} />;
}

/** What a sub-workflow asks that this workflow waits for. It can be answered from here as well. */
function AskedBelow({ workflow }: Pick<Props, "workflow">) {
  const below = workflow.asked_below ?? null;
  const questions = useQuestionsOf(below?.workflow ?? 0);
  if (below === null) return null;
  const link = (
    <Link
      to="/workflows/$id"
      params={{ id: String(below.workflow) }}
      className="text-ink underline underline-offset-2"
    >
      {below.workflow_name}
    </Link>
  );
  return questions.map((question) => (
    <QuestionCard key={question.id} question={question} link={link} />
  ));
}

/** Everything that wants to be read before the tabs; nothing when there is nothing. */
export function Notices(props: Props) {
  const questions = useQuestionsOf(props.workflow.id);
  return (
    <div className="mt-3 flex shrink-0 flex-col gap-2 px-6 empty:hidden">
      <WhereItIs workflow={props.workflow} />
      <Problem actions={props.actions} />
      <Failure {...props} />
      {questions.map((question) => (
        <QuestionCard key={question.id} question={question} />
      ))}
      <AskedBelow workflow={props.workflow} />
    </div>
  );
}

/** Says that the report has arrived, to somebody who is reading something else. */
export function ReportWaits({ onRead }: { onRead: () => void }) {
  return (
    <output className="mb-2 flex items-center gap-2.5 rounded-md bg-accent-soft px-3 py-1.5">
      <FileText className="size-4 shrink-0 text-accent" aria-hidden="true" />
      <span className="flex-1">The report is ready.</span>
      <Button small onClick={onRead}>
        Read it
      </Button>
    </output>
  );
}
