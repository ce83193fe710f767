/** What a server wrote, without what it is given in secret. */
import type { ToolServerLogLine, ToolServerLogSource } from "@/bindings/bindings";
import { describeError } from "@/host";
import { cx } from "@/shared/lib/cx";
import { formatTime } from "@/shared/lib/format";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";
import { Skeleton } from "@/shared/ui/Skeleton";
import { useLog } from "./toolServerQueries";

const SOURCES: Record<ToolServerLogSource, string> = {
  program: "program",
  notice: "notice",
  connection: "wheelhouse",
};

function Line({ line }: { line: ToolServerLogLine }) {
  return (
    <li className="flex gap-3 px-3">
      <time
        dateTime={new Date(line.at).toISOString()}
        title={formatTime(line.at)}
        className="tabular shrink-0 text-ink-3"
      >
        {new Date(line.at).toLocaleTimeString()}
      </time>
      <span className="w-20 shrink-0 text-ink-3">{SOURCES[line.source]}</span>
      <span
        className={cx(
          "min-w-0 flex-1 break-words whitespace-pre-wrap select-text",
          line.source === "connection" ? "text-ink-2" : "text-ink",
        )}
      >
        {line.text}
      </span>
    </li>
  );
}

/** The last lines, the newest at the end. */
export function ServerLog({ id }: { id: number }) {
  const log = useLog(id);
  if (log.error !== null) {
    return <ErrorNotice title="The log could not be read." {...describeError(log.error)} />;
  }
  if (log.data === undefined) return <Skeleton rows={2} label="Loading the log" />;
  if (log.data.length === 0) {
    return <p className="py-2 text-ink-2">It has written nothing since Wheelhouse was started.</p>;
  }
  return (
    <ul
      aria-label="Log"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by the keyboard.
      tabIndex={0}
      className="max-h-72 overflow-y-auto rounded-md border border-line bg-field py-2 font-mono text-note"
    >
      {log.data.map((line) => (
        <Line key={line.number} line={line} />
      ))}
    </ul>
  );
}
