/** One tool of a server: what is said of it, as plain text and never as markup, and whether it is allowed. */
import { useState } from "react";
import type { ServedTool } from "@/bindings/bindings";
import { describeError } from "@/host";
import { DifferenceLines } from "@/shared/difference/DifferenceLines";
import { linesBetween } from "@/shared/difference/lines";
import { cx } from "@/shared/lib/cx";
import { Button } from "@/shared/ui/Button";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";
import { usePermission } from "./toolServerQueries";
import { TOOL_STATES, warningOf } from "./toolServerWords";

/** The whole definition, line by line as it is. */
function Definition({ tool }: { tool: ServedTool }) {
  return (
    <pre
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by the keyboard.
      tabIndex={0}
      className="max-h-80 overflow-auto rounded-md border border-line bg-field px-3 py-2 font-mono text-note break-words whitespace-pre-wrap text-ink select-text"
    >
      {tool.definition}
    </pre>
  );
}

/** What is looked at before it is allowed, and the permission itself. */
function Permit({
  tool,
  busy,
  onAllow,
  onCancel,
}: {
  tool: ServedTool;
  busy: boolean;
  onAllow: (readOnly: boolean) => void;
  onCancel: () => void;
}) {
  // What only read as it was described before may do more now.
  const [readOnly, setReadOnly] = useState(tool.state === "allowed" && tool.read_only);
  return (
    <section aria-label={`Allow ${tool.name}`} className="mt-2 border-l-2 border-accent py-1 pl-4">
      <p className="mb-2 text-ink-2">
        {tool.allowed_definition === null
          ? "This is all that the server says of it. It is allowed exactly as it stands here."
          : "This is what has changed. It is allowed as it stands now."}
      </p>
      {tool.allowed_definition === null ? (
        <Definition tool={tool} />
      ) : (
        <DifferenceLines
          label={`What has changed about ${tool.name}`}
          lines={linesBetween(tool.allowed_definition, tool.definition)}
          mono
        />
      )}
      <label className="mt-3 flex items-start gap-2 text-ink">
        <input
          type="checkbox"
          className="mt-0.5 size-4 shrink-0 accent-accent"
          checked={readOnly}
          onChange={(event) => setReadOnly(event.target.checked)}
        />
        <span>
          It only reads
          <span className="block text-note text-ink-3">
            {tool.says_read_only ? "The server says so. " : "The server does not say so. "}
            Tick it only if you know. From a server on this machine, agents then use it without
            asking you, and it may be called again when an answer was lost.
          </span>
        </span>
      </label>
      <div className="mt-3 flex gap-2">
        <Button variant="primary" busy={busy} onClick={() => onAllow(readOnly)}>
          Allow it
        </Button>
        <Button onClick={onCancel}>Cancel</Button>
      </div>
    </section>
  );
}

/** The tool in the list. */
export function ToolRow({ server, tool }: { server: number; tool: ServedTool }) {
  const [asking, setAsking] = useState(false);
  const { allow, forbid } = usePermission(server);
  const { words, colour } = TOOL_STATES[tool.state];
  const warning = warningOf(tool);
  const error = allow.error ?? forbid.error;
  const give = (readOnly: boolean) => {
    const { name, hash } = tool;
    allow.mutate({ name, hash, readOnly }, { onSuccess: () => setAsking(false) });
  };
  return (
    <li className="border-b border-line py-2.5 last:border-b-0">
      <div className="flex items-start gap-3">
        <div className="min-w-0 flex-1">
          <p className="flex flex-wrap items-baseline gap-x-2">
            <span className="font-mono text-note font-medium break-all text-ink select-text">
              {tool.name}
            </span>
            <span className={cx("text-note", colour)}>
              {words}
              {tool.state === "allowed" && tool.read_only ? ", only reads" : ""}
            </span>
          </p>
          <p className="line-clamp-3 break-words whitespace-pre-wrap text-ink-2 select-text">
            {tool.description ?? "The server says nothing about it."}
          </p>
          {warning === null ? null : <p className="text-note text-bad">{warning}</p>}
          {asking ? null : (
            <details className="mt-0.5 text-note text-ink-3">
              <summary className="inline-flex h-6 items-center rounded-sm text-accent">
                Definition
              </summary>
              <div className="mt-1.5">
                <Definition tool={tool} />
              </div>
            </details>
          )}
        </div>
        {tool.state === "allowed" ? (
          <Button
            small
            variant="quiet"
            aria-label={`Take back ${tool.name}`}
            busy={forbid.isPending}
            onClick={() => forbid.mutate(tool.name)}
          >
            Take back
          </Button>
        ) : asking ? null : (
          <Button
            small
            aria-label={`${tool.state === "changed" ? "See the change of" : "Allow"} ${tool.name}`}
            onClick={() => setAsking(true)}
          >
            {tool.state === "changed" ? "See the change" : "Allow"}
          </Button>
        )}
      </div>
      {asking && tool.state !== "allowed" ? (
        <Permit
          key={tool.hash}
          tool={tool}
          busy={allow.isPending}
          onAllow={give}
          onCancel={() => setAsking(false)}
        />
      ) : null}
      {error === null ? null : (
        <ErrorNotice
          title={`${tool.name} stays as it was.`}
          {...describeError(error)}
          className="mt-2"
        />
      )}
    </li>
  );
}
