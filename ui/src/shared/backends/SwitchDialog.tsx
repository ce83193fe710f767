// Why another backend was not taken up, and the way on where there is one: its token may be kept with keys that are
// locked.

import { UnlockKeys } from "../keys/UnlockKeys";
import { Button } from "../ui/Button";
import { Dialog } from "../ui/Dialog";
import { ErrorNotice } from "../ui/ErrorNotice";
import {
  closeProblem,
  type SwitchProblem,
  switchTo,
  useBackendName,
  useSwitching,
} from "./switching";

function Problem({ problem: { id, at, error } }: { problem: SwitchProblem }) {
  const name = useBackendName(id);
  if (error.code === "keys_locked") {
    return (
      <Dialog
        open
        onClose={closeProblem}
        title={`Unlock to connect to ${name}`}
        description={`The token for ${name} is kept with the keys of this machine, in a file with a passphrase. Keys stay unlocked until Wheelhouse is closed.`}
        actions={<Button onClick={closeProblem}>Not now</Button>}
      >
        <div className="pt-4">
          <UnlockKeys own onUnlocked={() => void switchTo(id, at)} />
        </div>
      </Dialog>
    );
  }
  return (
    <Dialog
      open
      onClose={closeProblem}
      title={`${name} was not taken up`}
      description="The window stays where it is."
      actions={<Button onClick={closeProblem}>Close</Button>}
    >
      <div className="pt-3">
        <ErrorNotice
          title="It did not work."
          message={error.message}
          nextStep={error.details.next_step}
        />
      </div>
    </Dialog>
  );
}

/** The dialog, where there is something to say. */
export function SwitchDialog() {
  const problem = useSwitching((state) => state.problem);
  return problem === null ? null : <Problem problem={problem} />;
}
