// The whole of a move in one dialog: where to, what it means, how far it is, and what came of it.

import type { ReactNode } from "react";
import { describeError } from "@/host";
import { Button } from "@/shared/ui/Button";
import { Dialog } from "@/shared/ui/Dialog";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";
import { Select } from "@/shared/ui/Select";
import { Skeleton } from "@/shared/ui/Skeleton";
import { MoveOutlook } from "./MoveOutlook";
import { MoveSteps } from "./MoveSteps";
import { inSentence, type MoveStanding, type Outlook, type Side } from "./moveWords";

/** Where a move stands. */
export type MoveState =
  /** The other side is asked. */
  | { at: "asking" }
  | { at: "ready"; outlook: Outlook }
  | { at: "moving"; standing: MoveStanding }
  | { at: "moved" }
  | { at: "called_off" }
  /** It could not be asked, or did not begin. */
  | { at: "failed"; error: unknown };

export interface MoveDialogProps {
  name: string;
  targets: readonly Side[];
  to: Side;
  state: MoveState;
  /** A wish is on its way. */
  busy: boolean;
  /** What did not work, while the state stays as it is. */
  problem: unknown;
  onTarget: (id: string | null) => void;
  onMove: () => void;
  onCallOff: () => void;
  onAgain: () => void;
  onOpenThere: () => void;
  onClose: () => void;
}

/** A server's id never has this form. */
const HERE = "this machine";

function Target({ targets, to, onTarget }: Pick<MoveDialogProps, "targets" | "to" | "onTarget">) {
  if (targets.length < 2) return null;
  return (
    <Select
      label="Where to"
      value={to.id ?? HERE}
      options={targets.map(({ id, name }) => ({ value: id ?? HERE, label: name }))}
      onChange={(value) => onTarget(value === HERE ? null : value)}
      className="mb-4 w-60"
    />
  );
}

function Body({ to, state }: Pick<MoveDialogProps, "to" | "state">): ReactNode {
  switch (state.at) {
    case "asking":
      return <Skeleton rows={2} label={`Asking ${inSentence(to)}`} className="-mx-3" />;
    case "ready":
      return <MoveOutlook to={to} outlook={state.outlook} />;
    case "moving":
      return <MoveSteps standing={state.standing} />;
    case "moved":
      return (
        <p className="text-ink-2">
          It goes on at {inSentence(to)}. What stays here can be read, and deleted.
        </p>
      );
    case "called_off":
      return <p className="text-ink-2">It was called off. The run goes on here as before.</p>;
    case "failed":
      return <ErrorNotice title="It was not moved." {...describeError(state.error)} />;
  }
}

function Actions(props: MoveDialogProps): ReactNode {
  const { to, state, busy, onClose } = props;
  switch (state.at) {
    case "asking":
    case "ready": {
      const may = state.at === "ready" && state.outlook.obstacles.length === 0;
      if (state.at === "ready" && !may) return <Button onClick={onClose}>Close</Button>;
      return (
        <>
          <Button variant="primary" busy={busy} disabled={!may} onClick={props.onMove}>
            Move run
          </Button>
          <Button onClick={onClose}>Not now</Button>
        </>
      );
    }
    case "moving":
      return (
        <>
          <Button onClick={onClose}>Close</Button>
          {state.standing.canCallOff ? (
            <Button variant="quiet" busy={busy} onClick={props.onCallOff}>
              Call off
            </Button>
          ) : null}
          <span className="mr-auto self-center text-note text-ink-2">
            It goes on when this is closed.
          </span>
        </>
      );
    case "moved":
      return (
        <>
          <Button variant="primary" busy={busy} onClick={props.onOpenThere}>
            Open it on {inSentence(to)}
          </Button>
          <Button onClick={onClose}>Stay here</Button>
        </>
      );
    case "failed":
      return (
        <>
          <Button onClick={props.onAgain}>Try again</Button>
          <Button onClick={onClose}>Close</Button>
        </>
      );
    case "called_off":
      return <Button onClick={onClose}>Close</Button>;
  }
}

/** The dialog. */
export function MoveDialog(props: MoveDialogProps) {
  const { name, targets, to, state, problem, onTarget, onClose } = props;
  const begun = state.at !== "asking" && state.at !== "ready" && state.at !== "failed";
  return (
    <Dialog
      open
      wide
      onClose={onClose}
      title={state.at === "moved" ? `Moved to ${inSentence(to)}` : `Move to ${inSentence(to)}`}
      description={`“${name}”`}
      actions={<Actions {...props} />}
    >
      <div className="pt-4">
        {begun ? null : <Target targets={targets} to={to} onTarget={onTarget} />}
        <Body to={to} state={state} />
        {problem === null ? null : (
          <ErrorNotice title="It did not work." {...describeError(problem)} className="mt-4" />
        )}
      </div>
    </Dialog>
  );
}
