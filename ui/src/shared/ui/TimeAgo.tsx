import { useNow } from "../hooks/useNow";
import { cx } from "../lib/cx";
import { formatAgo, formatTime } from "../lib/format";

/** How long ago something was; the absolute time on hover. */
export function TimeAgo({ at, className }: { at: number; className?: string }) {
  const now = useNow();
  return (
    <time
      dateTime={new Date(at).toISOString()}
      title={formatTime(at)}
      className={cx("tabular whitespace-nowrap", className)}
    >
      {formatAgo(at, now)}
    </time>
  );
}
