import { useKnownUntil } from "@/stores";
import { useNow } from "../hooks/useNow";
import { cx } from "../lib/cx";
import { formatDuration, formatFinishedDuration, formatTime } from "../lib/format";

export interface ElapsedProps {
  /** When it began; null shows nothing. */
  from: number | null;
  /** When it ended; null while it goes on, then it ticks once a second. */
  to: number | null;
  className?: string;
}

/** How long something takes or took; the absolute times on hover. */
export function Elapsed({ from, to, className }: ElapsedProps) {
  const known = useKnownUntil();
  const ticking = useNow(from !== null && to === null && known === null);
  // What a server did since it was last heard of, nobody here knows.
  const now = known ?? ticking;
  if (from === null) return null;
  const text = to === null ? formatDuration(now - from) : formatFinishedDuration(to - from);
  const title =
    to === null
      ? `Started ${formatTime(from)}`
      : `Started ${formatTime(from)}, ended ${formatTime(to)}`;
  return (
    <span className={cx("tabular whitespace-nowrap", className)} title={title}>
      {text}
    </span>
  );
}
