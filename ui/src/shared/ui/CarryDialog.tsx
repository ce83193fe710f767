// How far a file is that takes more than a moment, and the way to stop it.

import type { CarryProgress } from "@/bindings/bindings";
import { useDelayed } from "../hooks/useDelayed";
import { formatBytes } from "../lib/format";
import { Button } from "./Button";
import { Dialog } from "./Dialog";
import { ProgressLine } from "./ProgressLine";

/** What is done in less is not worth a dialog. In ms. */
const A_MOMENT = 400;

interface Props {
  title: string;
  /** Where the file goes and where it comes from. */
  words: string;
  /** Said once all of it is there and something is left to do. */
  after: string;
  /** Null while nothing is carried. */
  progress: CarryProgress | null;
  onStop: () => void;
}

/** The dialog; it stays away where the file is there at once. */
export function CarryDialog({ title, words, after, progress, onStop }: Props) {
  const shown = useDelayed(progress !== null, A_MOMENT);
  if (progress === null) return null;
  const { done, bytes } = progress;
  const isThere = done >= bytes;
  return (
    <Dialog
      open={shown}
      // Nothing is stopped by accident.
      onClose={() => {}}
      title={title}
      description={isThere ? after : words}
      actions={isThere ? undefined : <Button onClick={onStop}>Stop</Button>}
    >
      <ProgressLine label={title} done={done} total={bytes} className="mt-4" />
      <p className="tabular mt-2 text-note text-ink-2" aria-live="off">
        {formatBytes(done)} of {formatBytes(bytes)}
      </p>
    </Dialog>
  );
}
