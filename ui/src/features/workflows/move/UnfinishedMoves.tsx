// The moves that are not finished, live: all of them above the list of runs, one of them on its run's page.

import { describeError } from "@/host";
import { cx } from "@/shared/lib/cx";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";
import { MovesLine } from "./MovesLine";
import { useSteerMoves, useUnfinishedMoves } from "./useMoves";

/** The lines, and what did not work; nothing where nothing is on its way. `only` names the one that is shown. */
export function UnfinishedMoves({ only, className }: { only?: string; className?: string }) {
  const { data } = useUnfinishedMoves();
  const { callOff, again } = useSteerMoves();
  const moves = (data ?? []).filter(({ uid }) => only === undefined || uid === only);
  const error = callOff.error ?? again.error;
  if (moves.length === 0 && error === null) return null;
  return (
    <div className={cx("flex shrink-0 flex-col gap-2", className)}>
      <MovesLine
        own={only !== undefined}
        moves={moves}
        calling={callOff.isPending ? callOff.variables : null}
        onCallOff={(uid) => callOff.mutate(uid)}
        trying={again.isPending}
        onAgain={() => again.mutate()}
      />
      {error === null ? null : <ErrorNotice title="That did not work." {...describeError(error)} />}
    </div>
  );
}
