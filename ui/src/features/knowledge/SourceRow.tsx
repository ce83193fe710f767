// One source in the list: what it is, where, how far it is read.

import { memo } from "react";
import type { SourceView } from "@/bindings/bindings";
import { cx } from "@/shared/lib/cx";
import { formatBytes, plural } from "@/shared/lib/format";
import { useRowFocus } from "@/shared/list/useRowFocus";
import { ProgressLine } from "@/shared/ui/ProgressLine";
import { StatusBadge } from "@/shared/ui/StatusBadge";
import { StaysHere } from "@/shared/ui/StaysHere";
import { TimeAgo } from "@/shared/ui/TimeAgo";
import { placeOf, STATE_LOOKS, scanWords } from "./sourceWords";
import type { Scan } from "./useScans";

interface Props {
  source: SourceView;
  scan: Scan | undefined;
  selected: boolean;
  active: boolean;
  onOpen: (id: number) => void;
  onReach: (id: number) => void;
}

function State({ source, scan }: Pick<Props, "source" | "scan">) {
  if (scan !== undefined || source.state === "scanning") {
    return (
      <span className="flex flex-col gap-1">
        <span className="tabular text-note text-ink-2">{scanWords(scan)}</span>
        <ProgressLine
          label={`Reading ${source.name}`}
          done={scan?.done ?? 0}
          total={scan?.total ?? 0}
        />
      </span>
    );
  }
  return (
    <span className="flex flex-col">
      <StatusBadge {...STATE_LOOKS[source.state]} />
      <span className="text-note text-ink-3">
        {source.problems.length > 0 ? (
          <span className="text-bad">{plural(source.problems.length, "problem")}</span>
        ) : source.scanned_at === null ? null : (
          <>
            read <TimeAgo at={source.scanned_at} />
          </>
        )}
      </span>
    </span>
  );
}

/** A row that opens the source in the inspector. */
export const SourceRow = memo(function SourceRow({
  source,
  scan,
  selected,
  active,
  onOpen,
  onReach,
}: Props) {
  const row = useRowFocus<HTMLButtonElement>(active);
  return (
    <button
      ref={row}
      type="button"
      aria-current={selected || undefined}
      onClick={() => onOpen(source.id)}
      onFocus={() => onReach(source.id)}
      className={cx(
        "row h-12 w-full text-left transition-colors",
        selected ? "bg-selected" : "hover:bg-hover",
      )}
    >
      <span className="min-w-0 flex-1">
        <span className="flex items-center gap-2">
          <span className="min-w-0 truncate text-ink" title={source.name}>
            {source.name}
          </span>
          {source.stays_here ? <StaysHere /> : null}
        </span>
        <span className="block truncate text-note text-ink-3" title={placeOf(source)}>
          {placeOf(source)}
        </span>
      </span>
      <span className="tabular w-44 shrink-0 text-note @max-xl:hidden">
        <span className="block text-ink-2">{plural(source.documents, "document")}</span>
        <span className="block text-ink-3">
          {plural(source.chunks, "passage")}, {formatBytes(source.bytes)}
        </span>
      </span>
      <span className="w-32 shrink-0">
        <State source={source} scan={scan} />
      </span>
    </button>
  );
});
