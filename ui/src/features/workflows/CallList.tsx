// What a task called: searches with the passages that they found, and models with the tokens that they used.

import { Link } from "@tanstack/react-router";
import type { CallView, Citation, Passage } from "@/bindings/bindings";
import { InspectorFold, InspectorSection } from "@/shared/inspector/WithInspector";
import { plural } from "@/shared/lib/format";
import { spentWords } from "@/shared/lib/money";
import { whereOf } from "@/shared/markdown";
import { OriginLabels } from "@/shared/origin/OriginLabel";
import { ASK_AGENT, ASK_OPERATOR, servedLabel } from "@/shared/toolNames";
import { Elapsed } from "@/shared/ui/Elapsed";
import { StatusBadge } from "@/shared/ui/StatusBadge";
import { StaysHere } from "@/shared/ui/StaysHere";
import type { Task } from "@/stores";
import { hasNotes, ModelCallNotes } from "./ModelCallNotes";
import { ModelName } from "./ModelName";
import { UndoWrite } from "./UndoWrite";
import { tokens } from "./words";

const CALL_STATUS = {
  started: { status: "running", word: "Under way" },
  finished: { status: "completed", word: "Finished" },
  failed: { status: "failed", word: "Failed" },
  interrupted: { status: "cancelled", word: "Interrupted" },
} as const;

function CallStatusBadge({ call }: { call: CallView }) {
  return <StatusBadge {...CALL_STATUS[call.status]} iconOnly />;
}

/** What names the object of a call, the most telling first. */
const TELLING = ["query", "url", "path", "expression", "question"] as const;

/** Whom another agent asked for what: `Reviewer, Check the figures`. */
function askedOf({ agent, task }: Record<string, unknown>): string | null {
  return typeof agent === "string" && typeof task === "string" ? `${agent}, ${task}` : null;
}

/** What a call was about: what was looked for, which file or page, which command; else the arguments as they are. */
function argumentsOf(call: CallView): string {
  const given = call.arguments as Record<string, unknown> | null;
  if (typeof given !== "object" || given === null) return given === null ? "" : String(given);
  const asked = call.kind.kind === "tool" && call.kind.tool === "ask_agent" ? askedOf(given) : null;
  if (asked !== null) return asked;
  const telling = TELLING.find((name) => typeof given[name] === "string");
  if (telling !== undefined) return String(given[telling]);
  if (typeof given.program !== "string") return JSON.stringify(given);
  const rest = Array.isArray(given.arguments) ? given.arguments.map(String) : [];
  return [given.program, ...rest].join(" ");
}

/** Longest result that is shown as a line of its own, in characters. */
const SHORT = 240;

function Outcome({ call }: { call: CallView }) {
  const words = outcomeOf(call);
  if (words.length <= SHORT) return <p className="text-note break-words text-ink-3">{words}</p>;
  return (
    <details>
      <summary className="inline-flex h-6 items-center rounded-sm text-note text-accent">
        Show what it gave
      </summary>
      <pre
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
        className="max-h-80 overflow-y-auto font-mono text-note break-words whitespace-pre-wrap text-ink-2 select-text"
      >
        {words}
      </pre>
    </details>
  );
}

function Found({ passage, onOpen }: { passage: Passage; onOpen: (passage: Passage) => void }) {
  return (
    <li>
      <button
        type="button"
        title={passage.text}
        onClick={() => onOpen(passage)}
        className="-mx-2 block w-[calc(100%+16px)] rounded-md px-2 py-1 text-left hover:bg-hover"
      >
        <span className="flex flex-wrap items-center gap-x-2 text-note text-ink">
          <span className="min-w-0 break-words">{whereOf(passage)}</span>
          {passage.stays_here ? <StaysHere /> : null}
        </span>
        <span className="line-clamp-2 text-note break-words text-ink-2">{passage.text.trim()}</span>
      </button>
    </li>
  );
}

const toolWords = (name: string) =>
  [ASK_AGENT, ASK_OPERATOR].find((tool) => tool.name === name)?.label ??
  servedLabel(name) ??
  name.replaceAll("_", " ");

function ToolCall({
  task,
  call,
  onOpen,
}: {
  task: Task;
  call: CallView;
  onOpen: (passage: Passage) => void;
}) {
  const tool = call.kind.kind === "tool" ? toolWords(call.kind.tool) : "";
  return (
    <li className="py-1">
      <div className="flex items-start gap-2">
        <span className="flex h-5 items-center">
          <CallStatusBadge call={call} />
        </span>
        <div className="min-w-0 flex-1">
          <p className="break-words">
            <span className="text-ink-3">{tool}: </span>
            <span className="text-ink">{argumentsOf(call)}</span>
          </p>
          <Outcome call={call} />
          {call.help == null ? null : <ToHelp call={call} workflow={call.help} />}
          <OriginLabels
            from={call.from == null ? [] : [call.from]}
            staysHere={call.stays_here ?? []}
          />
          {(call.checkpoint ?? null) === null ? null : <UndoWrite task={task} call={call} />}
        </div>
        <Elapsed
          from={call.started_at}
          to={call.finished_at ?? ended(call)}
          className="text-ink-3"
        />
      </div>
      {call.passages.length === 0 ? null : (
        <details className="ml-[22px]">
          <summary className="inline-flex h-6 items-center rounded-sm text-note text-accent">
            Show what was found
          </summary>
          <ol>
            {call.passages.map((passage) => (
              <Found key={passage.label} passage={passage} onOpen={onOpen} />
            ))}
          </ol>
        </details>
      )}
    </li>
  );
}

/** What the agent was told of the operator's answer, said to the operator. */
function toYou({ kind }: CallView, text: string): string {
  if (kind.kind !== "tool" || kind.tool !== ASK_OPERATOR.name) return text;
  return text
    .replace(/^The operator (chose|answered): /, "You $1: ")
    .replace("\n\nThe operator added: ", "\n\nYou added: ")
    .replace(
      /^The operator wants you to go on without an answer\..*/s,
      "You let it go on without an answer.",
    );
}

/** Where the agent works that was asked. */
function ToHelp({ call, workflow }: { call: CallView; workflow: number }) {
  const given = call.arguments as { agent?: unknown } | null;
  const agent = typeof given?.agent === "string" ? given.agent : "the other agent";
  return (
    <p className="text-note">
      <Link
        to="/workflows/$id"
        params={{ id: String(workflow) }}
        className="rounded-sm text-ink-2 underline decoration-line-strong underline-offset-3 hover:text-ink"
      >
        {call.status === "started" ? `See how ${agent} is doing it` : `See how ${agent} did it`}
      </Link>
    </p>
  );
}

function outcomeOf(call: CallView): string {
  if (call.failure !== null) return `${call.failure.message} ${call.failure.next_step}`;
  if (call.status === "started" && call.help != null) return "Waits for the answer";
  if (call.status === "started") return "Under way";
  if (call.status === "interrupted") return "Interrupted when the application ended";
  if (call.text !== null && call.passages.length === 0) return toYou(call, call.text);
  const found =
    call.passages.length === 0
      ? "Nothing matched"
      : `${plural(call.passages.length, "passage")} found`;
  return call.left_out === 0
    ? found
    : `${found}, ${call.left_out} left out: the model is elsewhere, and the text stays here`;
}

function ended(call: CallView): number | null {
  return call.status === "started" ? null : call.started_at;
}

/** What it cost; while it is in flight, what it may cost at most. */
function CallCost({ call: { spent, reserved } }: { call: CallView }) {
  if (spent !== null) return spentWords(spent);
  const most = reserved === null ? null : spentWords({ ...reserved, possible: reserved.money });
  return most === null ? null : (
    <span className="text-ink-3" title="Set aside until it has ended">
      {most}
    </span>
  );
}

function ModelCall({ call, told }: { call: CallView; told: readonly CallView[] }) {
  const model = call.kind.kind === "model" ? call.kind.model : "";
  return (
    <>
      <tr>
        <td className="py-1 pr-3">
          <span className="flex items-center gap-2">
            <CallStatusBadge call={call} />
            <ModelName model={model} />
          </span>
        </td>
        <td className="py-1 pr-3 text-right">{tokens(call.usage.input_tokens)}</td>
        <td className="py-1 pr-3 text-right">{tokens(call.usage.output_tokens)}</td>
        <td className="py-1 pr-3 text-right">
          <CallCost call={call} />
        </td>
        <td className="py-1 text-right text-ink-3">
          <Elapsed from={call.started_at} to={call.finished_at ?? ended(call)} />
        </td>
      </tr>
      {hasNotes(call) ? (
        <tr>
          <td colSpan={5} className="pb-2 pl-[22px]">
            <ModelCallNotes call={call} told={told} />
          </td>
        </tr>
      ) : null}
    </>
  );
}

interface Props {
  task: Task;
  calls: readonly CallView[];
  onCitation: (citation: Citation) => void;
}

/** Tool calls first, because they say where an answer comes from. */
export function CallList({ task, calls, onCitation }: Props) {
  const toolCalls = calls.filter((call) => call.kind.kind === "tool");
  const modelCalls = calls.filter((call) => call.kind.kind === "model");
  const open = (passage: Passage) => onCitation({ ...passage, quote: passage.text });
  return (
    <>
      {toolCalls.length === 0 ? null : (
        <InspectorSection title="Tool calls">
          <ol>
            {toolCalls.map((call) => (
              <ToolCall key={call.key} task={task} call={call} onOpen={open} />
            ))}
          </ol>
        </InspectorSection>
      )}
      {modelCalls.length === 0 ? null : (
        <InspectorFold title={plural(modelCalls.length, "model call")}>
          <table className="tabular w-full text-note">
            <thead className="text-left text-ink-3">
              <tr>
                <th className="pr-3 font-normal">Model</th>
                <th className="pr-3 text-right font-normal">Tokens read</th>
                <th className="pr-3 text-right font-normal">written</th>
                <th className="pr-3 text-right font-normal">Cost</th>
                <th className="text-right font-normal">Time</th>
              </tr>
            </thead>
            <tbody>
              {modelCalls.map((call, place) => (
                <ModelCall key={call.key} call={call} told={modelCalls.slice(0, place)} />
              ))}
            </tbody>
          </table>
        </InspectorFold>
      )}
    </>
  );
}
