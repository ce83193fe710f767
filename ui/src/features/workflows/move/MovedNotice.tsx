// A run that went elsewhere: where it is now, and the way there.

import { ArrowRightLeft } from "lucide-react";
import { Button } from "@/shared/ui/Button";
import { TimeAgo } from "@/shared/ui/TimeAgo";
import { inSentence, type Side } from "./moveWords";

interface Props {
  /** Where it is; its id is undefined where this window is not paired with it. */
  to: Side | { id: undefined; name: string };
  at: number | null;
  busy: boolean;
  onOpenThere: () => void;
}

/** The notice on the page of such a run. */
export function MovedNotice({ to, at, busy, onOpenThere }: Props) {
  const name = to.id === undefined ? to.name : inSentence(to);
  return (
    <div
      role="status"
      className="flex flex-wrap items-center gap-3 rounded-md bg-accent-soft px-3.5 py-2.5"
    >
      <ArrowRightLeft className="size-4 shrink-0 text-accent" aria-hidden="true" />
      <p className="min-w-0 flex-1 basis-60 break-words">
        <span className="font-semibold">Moved to {name}</span>
        {at === null ? null : (
          <>
            {" "}
            <TimeAgo at={at} />
          </>
        )}
        . It goes on there; what happened until then can be read here.
        {to.id === undefined ? " This window is not paired with it." : null}
      </p>
      {to.id === undefined ? null : (
        <Button small busy={busy} onClick={onOpenThere}>
          Open it on {name}
        </Button>
      )}
    </div>
  );
}
