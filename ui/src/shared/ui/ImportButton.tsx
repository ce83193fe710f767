// A button that takes in a file which the operator chooses, and a dialog that says why one was not taken.

import { useMutation } from "@tanstack/react-query";
import { describeError } from "@/host";
import { Button } from "./Button";
import { Dialog } from "./Dialog";
import { ErrorNotice } from "./ErrorNotice";

interface Props<Taken> {
  /** What the dialog is called. */
  title: string;
  /** Asks for a file and takes it in; null when none was chosen. */
  take: () => Promise<Taken | null>;
  /** After it was taken in. */
  onTaken: (taken: Taken) => Promise<void>;
}

/** The button, and what went wrong after it. */
export function ImportButton<Taken>({ title, take, onTaken }: Props<Taken>) {
  const taking = useMutation({
    mutationFn: take,
    onSuccess: (taken) => (taken === null ? undefined : onTaken(taken)),
  });
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
