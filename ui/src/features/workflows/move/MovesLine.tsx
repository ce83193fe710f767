// Moves that are not finished, one quiet line each: what goes where, what it waits for, and what can be done about it.

import { Link } from "@tanstack/react-router";
import { ArrowRightLeft } from "lucide-react";
import type { UnfinishedMove } from "@/bindings/bindings";
import { Button } from "@/shared/ui/Button";
import { inSentence, STEP_WORDS } from "./moveWords";

interface Props {
  /** On the page of the run itself its name would say nothing. */
  own?: boolean;
  moves: readonly UnfinishedMove[];
  /** The one that is being called off. */
  calling: string | null;
  onCallOff: (uid: string) => void;
  /** Those that wait are being tried again. */
  trying: boolean;
  onAgain: () => void;
}

function Words({ move, own }: { move: UnfinishedMove; own: boolean }) {
  const { name, workflow, from, to, standing } = move;
  return (
    <p className="min-w-0 flex-1 basis-80 break-words">
      Moving{" "}
      {own ? (
        "this run"
      ) : workflow === null ? (
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
      {standing.waits_for ?? `${STEP_WORDS[standing.step]}.`}
    </p>
  );
}

function Line({ move, own = false, ...props }: { move: UnfinishedMove } & Omit<Props, "moves">) {
  const { uid, name, standing } = move;
  return (
    <li className="flex min-h-9 flex-wrap items-center gap-x-2.5 gap-y-1 border-t border-line px-3 py-1 text-ink-2 first:border-t-0">
      <ArrowRightLeft className="size-3.5 shrink-0 text-ink-3" aria-hidden="true" />
      <Words move={move} own={own} />
      <span className="flex gap-1">
        {standing.waits_for === null ? null : (
          <Button
            small
            variant="quiet"
            aria-label={`Try again: ${name}`}
            busy={props.trying}
            onClick={props.onAgain}
          >
            Try again
          </Button>
        )}
        {standing.can_call_off ? (
          <Button
            small
            variant="quiet"
            aria-label={`Call off: ${name}`}
            busy={props.calling === uid}
            onClick={() => props.onCallOff(uid)}
          >
            Call off
          </Button>
        ) : null}
      </span>
    </li>
  );
}

/** The lines; nothing where nothing is on its way. */
export function MovesLine({ moves, ...rest }: Props) {
  if (moves.length === 0) return null;
  return (
    <ul aria-label="Moves under way" className="rounded-md border border-line">
      {moves.map((move) => (
        <Line key={move.uid} move={move} {...rest} />
      ))}
    </ul>
  );
}
