// One recorded fact: when, what, about which task; its body as it is kept, on demand.

import { ChevronRight } from "lucide-react";
import { memo, useMemo } from "react";
import type { JournalEntry } from "@/bindings/bindings";
import { cx } from "@/shared/lib/cx";
import { formatTime } from "@/shared/lib/format";
import { useRowFocus } from "@/shared/list/useRowFocus";
import { CopyButton } from "@/shared/markdown";
import { factWord } from "./words";

const CLOCK = new Intl.DateTimeFormat(undefined, {
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  fractionalSecondDigits: 3,
  hourCycle: "h23",
});

interface Props {
  entry: JournalEntry;
  open: boolean;
  active: boolean;
  onToggle: (seq: number) => void;
}

function Body({ entry }: { entry: JournalEntry }) {
  const text = useMemo(() => JSON.stringify(entry.body, null, 2), [entry.body]);
  return (
    <div className="relative mr-3 mb-2 ml-9 rounded-md bg-rail">
      <div className="flex h-8 items-center justify-between pr-1 pl-3 text-note text-ink-3">
        <span className="tabular">
          Position {entry.position}, form {entry.version}
        </span>
        <CopyButton text={text} what="fact" />
      </div>
      <pre
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
        className="max-h-90 overflow-auto px-3 pb-3 font-mono text-note text-ink"
      >
        {text}
      </pre>
    </div>
  );
}

/** A fact that opens and closes. */
export const JournalRow = memo(function JournalRow({ entry, open, active, onToggle }: Props) {
  const row = useRowFocus<HTMLButtonElement>(active);
  return (
    <div>
      <button
        ref={row}
        type="button"
        aria-expanded={open}
        onClick={() => onToggle(entry.seq)}
        className="flex h-8 w-full items-center gap-3 rounded-md px-3 text-left hover:bg-hover"
      >
        <ChevronRight
          className={cx("size-3.5 shrink-0 text-ink-3 transition-transform", open && "rotate-90")}
          aria-hidden="true"
        />
        <span className="tabular w-8 shrink-0 text-right text-ink-3">{entry.seq}</span>
        <span className="tabular w-24 shrink-0 text-ink-3" title={formatTime(entry.at)}>
          {CLOCK.format(entry.at)}
        </span>
        <span className="shrink-0 text-ink">{factWord(entry.kind)}</span>
        <span className="min-w-0 truncate text-ink-3" title={entry.task ?? undefined}>
          {entry.task}
        </span>
      </button>
      {open ? <Body entry={entry} /> : null}
    </div>
  );
});
