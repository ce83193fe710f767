// Moves that are not finished, one quiet line each: what goes where, what it waits for, and the way to call it off.

import { Link } from "@tanstack/react-router";
import { ArrowRightLeft } from "lucide-react";
import { Button } from "@/shared/ui/Button";
import { inSentence, type MoveStanding, type Side, STEP_WORDS } from "./moveWords";

/** A move that is not finished. */
export interface UnfinishedMove {
  uid: string;
  name: string;
  /** The run where it is, if it is listed on this side. */
  workflow: number | null;
  from: Side;
  to: Side;
  standing: MoveStanding;
}

interface Props {
  moves: readonly UnfinishedMove[];
  /** The one that is being called off. */
  calling: string | null;
  onCallOff: (uid: string) => void;
}

function Line({ move, calling, onCallOff }: { move: UnfinishedMove } & Omit<Props, "moves">) {
  const { uid, name, workflow, from, to, standing } = move;
  return (
    <li className="flex min-h-8 flex-wrap items-center gap-x-2.5 gap-y-1 border-t border-line px-3 py-1 text-ink-2 first:border-t-0">
      <ArrowRightLeft className="size-3.5 shrink-0 text-ink-3" aria-hidden="true" />
      <p className="min-w-0 flex-1 basis-80 break-words">
        Moving{" "}
        {workflow === null ? (
          <span className="text-ink">{name}</span>
        ) : (
          <Link
            to="/workflows/$id"
            params={{ id: String(workflow) }}
            className="text-ink underline decoration-line-strong underline-offset-3"
          >
            {name}
          </Link>
        )}{" "}
        from {inSentence(from)} to {inSentence(to)}.{" "}
        {standing.waitsFor ?? `${STEP_WORDS[standing.step]}.`}
      </p>
      {standing.canCallOff ? (
        <Button small variant="quiet" busy={calling === uid} onClick={() => onCallOff(uid)}>
          Call off
        </Button>
      ) : null}
    </li>
  );
}

/** The lines; nothing where nothing is on its way. */
export function MovesLine({ moves, ...rest }: Props) {
  if (moves.length === 0) return null;
  return (
    <ul aria-label="Moves under way" className="mx-3 mb-2 rounded-md border border-line">
      {moves.map((move) => (
        <Line key={move.uid} move={move} {...rest} />
      ))}
    </ul>
  );
}
