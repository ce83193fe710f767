// The facts of the bar or call that is reached, beside it. Its bar says the same to those who hear it.

import type { BarWords } from "./timelineWords";

export interface Spot {
  left: number;
  top: number;
  bottom: number;
}

const WIDTH = 320;
const ROOM = 150;

/** A card that floats beside what it tells of, and takes no presses. */
export function BarCard({ words, spot }: { words: BarWords; spot: Spot }) {
  const left = Math.max(8, Math.min(spot.left, window.innerWidth - WIDTH - 8));
  const below = spot.bottom + ROOM < window.innerHeight;
  const place = below ? { top: spot.bottom + 6 } : { bottom: window.innerHeight - spot.top + 6 };
  return (
    <div
      aria-hidden="true"
      className="pointer-events-none fixed z-50 w-max max-w-80 animate-appear rounded-md border border-line bg-raised px-3 py-2 text-note text-ink-2 shadow-float"
      style={{ left, ...place }}
    >
      <p className="font-medium break-words text-ink">{words.title}</p>
      <p>{words.state}</p>
      {words.lines.map((line) => (
        <p key={line} className="tabular line-clamp-3 break-words">
          {line}
        </p>
      ))}
    </div>
  );
}
