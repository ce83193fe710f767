// The mark of what stays on the machine where it is: a lock and two words.

import { Lock } from "lucide-react";
import { cx } from "../lib/cx";

const WHY = "Its text is sent to no model elsewhere";

/** The mark, small enough to stand in a line of notes. */
export function StaysHere({ className }: { className?: string }) {
  return (
    <span
      title={WHY}
      className={cx("inline-flex shrink-0 items-center gap-1 text-note text-ink-2", className)}
    >
      <Lock className="size-3" aria-hidden="true" />
      Stays here
    </span>
  );
}
