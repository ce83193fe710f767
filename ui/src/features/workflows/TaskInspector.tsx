// Everything that is known of one task: answer first, then where it comes from, then how it was asked.

import { Link } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import type { Citation, TaskDetail } from "@/bindings/bindings";
import { describeError } from "@/host";
import { InspectorFold, InspectorFrame, InspectorSection } from "@/shared/inspector/WithInspector";
import { AgentAvatar } from "@/shared/ui/AgentAvatar";
import { Button } from "@/shared/ui/Button";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";
import { Skeleton } from "@/shared/ui/Skeleton";
import { StatusBadge } from "@/shared/ui/StatusBadge";
import type { Task, Workflow } from "@/stores";
import { CallList } from "./CallList";
import { standingWord } from "./graph/graphWords";
import { standingOf } from "./graph/taskTree";
import { HasRead } from "./HasRead";
import { PromptView } from "./PromptView";
import { useTaskDetail } from "./queries";
import { TaskAnswer } from "./TaskAnswer";
import { TaskFacts } from "./TaskFacts";
import { TaskFailure } from "./TaskFailure";
import { TaskSteering } from "./TaskSteering";
import { TaskVerdict } from "./TaskVerdict";
import { originNote } from "./words";

interface Props {
  task: Task;
  workflow: Workflow;
  /** Every task of the workflow, so that those that this one builds on are called by their titles. */
  tasks: readonly Task[];
  onClose: () => void;
  onCitation: (citation: Citation) => void;
}

/** What an agent is told, and how to tell that it is done; before it was read, what is to be done. */
function Brief({ task, detail }: { task: Task; detail: TaskDetail | undefined }) {
  const words = task.agent_kind === null ? task.description : (detail?.told ?? task.description);
  if (words === "" && task.done_when === "") return null;
  return (
    <InspectorSection title="What is to be done">
      {words === "" ? null : (
        <Folded words={words}>
          <p className="break-words whitespace-pre-wrap text-ink">{words}</p>
        </Folded>
      )}
      {task.done_when === "" ? null : (
        <p className="mt-1 break-words text-ink-2">Done when: {task.done_when}</p>
      )}
    </InspectorSection>
  );
}

/** Beyond this many characters only the beginning of a prompt stands there, until all of it is asked for. */
const SHORT = 600;

function Folded({ words, children }: { words: string; children: ReactNode }) {
  const [open, setOpen] = useState(false);
  if (words.length <= SHORT) return children;
  return (
    <>
      <div className={open ? "" : "line-clamp-6"}>{children}</div>
      <button
        type="button"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
        className="mt-1 h-6 rounded-sm text-note text-accent"
      >
        {open ? "Show less" : "Show all of it"}
      </button>
    </>
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
      <TaskAnswer task={task} detail={detail} onCitation={onCitation} />
      {detail.answer === null ? null : <TaskVerdict task={task} />}
      <HasRead detail={detail} />
      <CallList task={task} calls={detail.calls} onCitation={onCitation} />
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
export function TaskInspector({ task, workflow, tasks, onClose, onCitation }: Props) {
  const query = useTaskDetail(task);
  const note = originNote(task.origin);
  return (
    <InspectorFrame
      title={task.title}
      mark={
        task.agent_kind === null ? null : (
          <span className="mt-0.5">
            <AgentAvatar name={task.agent_name} kind={task.agent_kind} id={task.assigned_to} />
          </span>
        )
      }
      facts={<StatusBadge status={standingOf(task)} {...wordProp(task)} />}
      onClose={onClose}
    >
      <TaskFailure task={task} />
      <TaskSteering task={task} workflow={workflow} tasks={tasks} detail={query.data} />
      {task.child === null ? null : (
        <p className="mt-3">
          <Link
            to="/workflows/$id"
            params={{ id: String(task.child) }}
            className="text-accent underline underline-offset-2"
          >
            Open the workflow that it started
          </Link>
        </p>
      )}
      <div className="mt-4">
        <TaskFacts task={task} workflow={workflow} tasks={tasks} detail={query.data} />
      </div>
      {note === null ? null : <p className="mt-3 text-ink-2">{note}</p>}
      <Brief task={task} detail={query.data} />
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
  const word = standingWord(task);
  return word === undefined ? {} : { word };
}
