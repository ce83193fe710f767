// Everything that is known of one task: answer first, then where it comes from, then how it was asked.

import type { Citation, TaskDetail } from "@/bindings/bindings";
import { describeError } from "@/host";
import { Facts } from "@/shared/inspector/Facts";
import { InspectorFold, InspectorFrame, InspectorSection } from "@/shared/inspector/WithInspector";
import { CopyButton, StreamingText } from "@/shared/markdown";
import { AgentAvatar } from "@/shared/ui/AgentAvatar";
import { Button } from "@/shared/ui/Button";
import { Elapsed } from "@/shared/ui/Elapsed";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";
import { Skeleton } from "@/shared/ui/Skeleton";
import { StatusBadge } from "@/shared/ui/StatusBadge";
import { type Task, useStreamText } from "@/stores";
import { CallList, ModelName } from "./CallList";
import { PromptView } from "./PromptView";
import { useTaskDetail } from "./queries";
import { SourceList } from "./SourceList";
import { TaskFailure } from "./TaskFailure";
import { isStructured, modelsOf, originNote, taskWord } from "./words";

interface Props {
  task: Task;
  /** Every task of the workflow, so that those that this one builds on are called by their titles. */
  tasks: readonly Task[];
  onClose: () => void;
  onCitation: (citation: Citation) => void;
}

/** The titles of what a task builds on: tasks by their key, expanded steps by the tasks that they became. */
function builtOn(task: Task, tasks: readonly Task[]): string | null {
  const needed = tasks.filter(
    ({ key, step }) => task.needs.includes(key) || task.needs.includes(step),
  );
  return needed.length === 0 ? null : needed.map((each) => each.title).join(", ");
}

function TaskFacts({
  task,
  tasks,
  detail,
}: {
  task: Task;
  tasks: readonly Task[];
  detail: TaskDetail | undefined;
}) {
  const models = modelsOf(detail?.calls ?? []);
  return (
    <Facts
      facts={[
        {
          name: "Done by",
          value: task.agent_kind === null ? "Wheelhouse, by rule" : agentOf(task),
        },
        {
          name: "Model",
          value:
            models.length === 0
              ? null
              : models.map((each) => <ModelName key={each} model={each} />),
        },
        {
          name: "Time",
          value:
            task.started_at === null ? null : (
              <Elapsed
                from={task.started_at}
                to={task.completed_at ?? (task.status === "running" ? null : task.started_at)}
              />
            ),
        },
        { name: "Attempts", value: task.attempt > 1 ? task.attempt : null },
        { name: "Builds on", value: builtOn(task, tasks) },
      ]}
    />
  );
}

const agentOf = (task: Task) => task.agent_name ?? "Not staffed yet";

/** What an agent writes as data is shown as code, so that nothing of it is taken for prose. */
function readable(text: string): string {
  return isStructured(text) && !text.trimStart().startsWith("```") ? `\`\`\`json\n${text}` : text;
}

function Answer({
  task,
  detail,
  onCitation,
}: {
  task: Task;
  detail: TaskDetail;
  onCitation: Props["onCitation"];
}) {
  const streamed = useStreamText(task.id);
  const { answer, partial } = detail;
  const running = task.status === "running" && answer === null;
  const text = answer?.text ?? readable(streamed || (partial?.text ?? ""));
  if (text === "" && !running) return null;
  return (
    <>
      <InspectorSection
        title={running ? "Writing" : "Answer"}
        aside={answer === null ? null : <CopyButton text={answer.text} what="answer" />}
      >
        {text === "" ? <p className="text-ink-3">Nothing is written yet.</p> : null}
        <StreamingText
          text={text}
          streaming={running}
          citations={answer?.citations ?? []}
          onCitation={onCitation}
          size="interface"
          headingOffset={3}
        />
      </InspectorSection>
      {answer === null ? null : (
        <SourceList
          text={answer.text}
          citations={answer.citations}
          onCitation={onCitation}
          heading="h3"
          className="mt-5"
        />
      )}
    </>
  );
}

function Brief({ task }: { task: Task }) {
  return (
    <InspectorSection title="What is to be done">
      <p className="break-words whitespace-pre-wrap text-ink">{task.description}</p>
      {task.done_when === "" ? null : (
        <p className="mt-1 break-words text-ink-2">Done when: {task.done_when}</p>
      )}
    </InspectorSection>
  );
}

function Detail({
  task,
  detail,
  onCitation,
}: {
  task: Task;
  detail: TaskDetail;
  onCitation: Props["onCitation"];
}) {
  return (
    <>
      <Answer task={task} detail={detail} onCitation={onCitation} />
      <CallList calls={detail.calls} onCitation={onCitation} />
      {detail.system === null ? null : (
        <InspectorFold title="Instructions">
          <p className="break-words whitespace-pre-wrap text-ink">{detail.system}</p>
        </InspectorFold>
      )}
      {detail.prompt.length === 0 ? null : (
        <InspectorFold title="Prompt">
          <PromptView messages={detail.prompt} />
        </InspectorFold>
      )}
    </>
  );
}

function Unread({ error, retry }: { error: unknown; retry: () => void }) {
  const { message, nextStep } = describeError(error);
  return (
    <ErrorNotice
      title="The task could not be read."
      message={message}
      nextStep={nextStep}
      action={<Button onClick={retry}>Try again</Button>}
      className="mt-4"
    />
  );
}

/** The selected task. */
export function TaskInspector({ task, tasks, onClose, onCitation }: Props) {
  const query = useTaskDetail(task);
  const note = originNote(task.origin);
  return (
    <InspectorFrame
      title={task.title}
      mark={
        <span className="mt-0.5">
          <AgentAvatar name={task.agent_name} kind={task.agent_kind} id={task.assigned_to} />
        </span>
      }
      facts={<StatusBadge status={task.status} {...wordProp(task)} />}
      onClose={onClose}
    >
      <TaskFailure task={task} />
      <div className="mt-4">
        <TaskFacts task={task} tasks={tasks} detail={query.data} />
      </div>
      {note === null ? null : <p className="mt-3 text-ink-2">{note}</p>}
      <Brief task={task} />
      {query.data === undefined && query.error !== null ? (
        <Unread error={query.error} retry={() => void query.refetch()} />
      ) : query.data === undefined ? (
        <Skeleton rows={5} label="Loading the task" className="mt-4 -mx-3" />
      ) : (
        <Detail task={task} detail={query.data} onCitation={onCitation} />
      )}
    </InspectorFrame>
  );
}

function wordProp(task: Task): { word?: string } {
  const word = taskWord(task);
  return word === undefined ? {} : { word };
}
