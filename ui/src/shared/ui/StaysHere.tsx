// The mark of what stays on the machine where it is: a lock and two words.

import { Lock } from "lucide-react";
import type { StaysHere as Staying } from "@/bindings/bindings";
import { cx } from "../lib/cx";

const WHY = "Its text is sent to no model elsewhere";

interface Props {
  /** The sources whose text it is, where that is not said beside it. */
  sources?: readonly Staying[];
  className?: string;
}

/** The mark, small enough to stand in a line of notes. */
export function StaysHere({ sources = [], className }: Props) {
  const names = sources.map(({ name }) => `“${name}”`).join(", ");
  return (
    <span
      title={names === "" ? WHY : `${WHY}: ${names}`}
      className={cx("inline-flex shrink-0 items-center gap-1 text-note text-ink-2", className)}
    >
      <Lock className="size-3" aria-hidden="true" />
      Stays here
    </span>
  );
}
