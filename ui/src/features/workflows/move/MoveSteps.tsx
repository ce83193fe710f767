// How far a move is: its steps, what was sent of how much, and what it waits for.

import { Check, Circle, LoaderCircle } from "lucide-react";
import { cx } from "@/shared/lib/cx";
import { formatBytes } from "@/shared/lib/format";
import { ProgressLine } from "@/shared/ui/ProgressLine";
import { type MoveStanding, placeOf, STEP_WORDS, STEPS } from "./moveWords";

const MARK = "size-4 shrink-0";
const SPOKEN = { done: "done", now: "under way", later: "to come" } as const;

function Mark({ place, waits }: { place: keyof typeof SPOKEN; waits: boolean }) {
  if (place === "done") return <Check className={`${MARK} text-ok`} aria-hidden="true" />;
  if (place === "later" || waits) {
    return (
      <Circle
        className={cx(MARK, place === "later" ? "text-ink-3" : "text-accent")}
        aria-hidden="true"
      />
    );
  }
  return <LoaderCircle className={`${MARK} animate-turn text-accent`} aria-hidden="true" />;
}

/** The steps of one move. */
export function MoveSteps({ standing }: { standing: MoveStanding }) {
  const { step: now, sent, waitsFor } = standing;
  return (
    <>
      <ol aria-label="Steps of the move" className="flex flex-col gap-2">
        {STEPS.map((step) => {
          const place = placeOf(step, now);
          const isSending = step === "sending" && place === "now" && sent !== null;
          return (
            <li key={step} className="flex flex-wrap items-center gap-x-2.5">
              <Mark place={place} waits={waitsFor !== null} />
              <span className={cx("flex-1", place === "later" ? "text-ink-3" : "text-ink")}>
                {STEP_WORDS[step]}
                <span className="sr-only">, {SPOKEN[place]}</span>
              </span>
              {isSending ? (
                <>
                  <span className="tabular text-note text-ink-2">
                    {formatBytes(sent.done)} of {formatBytes(sent.bytes)}
                  </span>
                  <ProgressLine
                    label="Sent"
                    done={sent.done}
                    total={sent.bytes}
                    className="mt-1.5 ml-6.5 w-full"
                  />
                </>
              ) : null}
            </li>
          );
        })}
      </ol>
      {waitsFor === null ? null : (
        <p role="status" className="mt-3 break-words text-ink-2">
          {waitsFor}
        </p>
      )}
    </>
  );
}
