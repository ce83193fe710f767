// The way to move one run: the button on its page, and the dialog of one that was chosen.

import { useState } from "react";
import type { MoveSide } from "@/bindings/bindings";
import { Button } from "@/shared/ui/Button";
import type { Workflow } from "@/stores";
import { MoveDialog } from "./MoveDialog";
import { canMove, inSentence } from "./moveWords";
import { useTargets } from "./sides";
import { useMove } from "./useMove";

interface Props {
  workflow: Workflow;
  /** Where to, at first. */
  to: MoveSide;
  onClose: () => void;
}

/** The dialog of a move, from what it would mean to what came of it. */
export function MoveRunDialog({ workflow, to, onClose }: Props) {
  const move = useMove(workflow, to);
  const targets = useTargets();
  return <MoveDialog name={workflow.name} targets={targets} onClose={onClose} {...move} />;
}

/** The button; nothing where the run can't move, or there is nowhere to go. */
export function MoveRun({ workflow }: { workflow: Workflow }) {
  const targets = useTargets();
  // Kept while the dialog is open, be it that the run is gone meanwhile.
  const [to, setTo] = useState<MoveSide | null>(null);
  const [first] = targets;
  return (
    <>
      {first !== undefined && canMove(workflow) ? (
        <Button variant="quiet" onClick={() => setTo(first)}>
          {targets.length === 1 ? `Move to ${inSentence(first)}…` : "Move to…"}
        </Button>
      ) : null}
      {to === null ? null : (
        <MoveRunDialog workflow={workflow} to={to} onClose={() => setTo(null)} />
      )}
    </>
  );
}
