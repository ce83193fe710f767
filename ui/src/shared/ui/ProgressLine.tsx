import { cx } from "../lib/cx";

export interface ProgressLineProps {
  label: string;
  /** Steps done. */
  done: number;
  /** Steps in all; 0 means that it is not known yet. */
  total: number;
  className?: string;
}

/** A thin line of what is done. */
export function ProgressLine({ label, done, total, className }: ProgressLineProps) {
  const known = total > 0;
  const share = known ? Math.min(1, done / total) : 0;
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      {...(known ? { "aria-valuemax": total, "aria-valuenow": Math.min(done, total) } : {})}
      title={known ? `${done} of ${total}` : undefined}
      className={cx("h-[3px] overflow-hidden rounded-full bg-line", className)}
    >
      <div
        className={cx(
          "h-full origin-left rounded-full bg-accent",
          known ? "w-full transition-transform" : "w-1/4 animate-slide",
        )}
        style={known ? { transform: `scaleX(${share})` } : undefined}
      />
    </div>
  );
}
