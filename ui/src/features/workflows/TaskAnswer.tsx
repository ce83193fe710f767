// The answer of a task: as it is being written, then as it was given, with its sources.

import type { Citation, TaskDetail } from "@/bindings/bindings";
import { InspectorSection } from "@/shared/inspector/WithInspector";
import { waitWords } from "@/shared/lib/waitWords";
import { CopyButton, StreamingText, textWithSources } from "@/shared/markdown";
import { type Task, useStreamText, useThoughts } from "@/stores";
import { SourceList } from "./SourceList";
import { Thoughts } from "./Thoughts";
import { isStructured } from "./words";

interface Props {
  task: Task;
  detail: TaskDetail;
  onCitation: (citation: Citation) => void;
}

/** What an agent writes as data is shown as code, so that nothing of it is taken for prose. */
function readable(text: string): string {
  return isStructured(text) && !text.trimStart().startsWith("```") ? `\`\`\`json\n${text}` : text;
}

/** Answer and sources; nothing before the first word. */
export function TaskAnswer({ task, detail, onCitation }: Props) {
  const streamed = useStreamText(task.id);
  const thinking = useThoughts(task.id);
  const { answer, partial } = detail;
  const running = task.status === "running" && answer === null;
  const waits = waitWords(task);
  const text = answer?.text ?? readable(streamed || (partial?.text ?? ""));
  if (text === "" && !running) return null;
  return (
    <>
      <InspectorSection
        title={
          running
            ? waits === null
              ? "Writing"
              : "Waiting"
            : answer === null
              ? "Written before it ended"
              : "Answer"
        }
        aside={
          answer === null ? null : (
            <CopyButton text={textWithSources(answer.text, answer.citations)} what="answer" />
          )
        }
      >
        {running ? <Thoughts text={thinking || (partial?.thoughts ?? "")} now /> : null}
        {text === "" ? <p className="text-ink-3">{waits ?? "Nothing is written yet"}.</p> : null}
        <StreamingText
          text={text}
          streaming={running}
          citations={answer?.citations ?? []}
          onCitation={onCitation}
          size="interface"
          firstHeading={4}
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
