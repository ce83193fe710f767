// A button that takes in a file which the operator chooses, and a dialog that says why one was not taken.

import type { UseMutationResult } from "@tanstack/react-query";
import { describeError } from "@/host";
import { Button } from "./Button";
import { Dialog } from "./Dialog";
import { ErrorNotice } from "./ErrorNotice";

interface Props<Taken> {
  /** What the dialog is called. */
  title: string;
  /** Asks for a file and takes it in; null when none was chosen. */
  taking: UseMutationResult<Taken | null, Error, void>;
}

/** The button, and what went wrong after it. */
export function ImportButton<Taken>({ title, taking }: Props<Taken>) {
  return (
    <>
      <Button busy={taking.isPending} onClick={() => taking.mutate()}>
        Import…
      </Button>
      <Dialog
        open={taking.error !== null}
        onClose={taking.reset}
        title={title}
        actions={<Button onClick={taking.reset}>Close</Button>}
      >
        {taking.error === null ? null : (
          <ErrorNotice title="It was not imported." {...describeError(taking.error)} />
        )}
      </Dialog>
    </>
  );
}
