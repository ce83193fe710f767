import { useState } from "react";
import { api, describeError } from "@/host";
import { Button } from "@/shared/ui/Button";
import { Dialog } from "@/shared/ui/Dialog";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";
import { useUiStore } from "@/stores";

/** Asked when the window is closed while work is under way. Nothing is lost either way, and it says so. */
export function CloseDialog() {
  const running = useUiStore((state) => state.closing);
  const setClosing = useUiStore((state) => state.setClosing);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);

  const quit = async () => {
    setBusy(true);
    setProblem(null);
    try {
      await api.closeWindow();
      setClosing(null);
    } catch (cause) {
      setProblem(describeError(cause).message);
    } finally {
      setBusy(false);
    }
  };
  const one = running === 1;
  return (
    <Dialog
      open={running !== null}
      onClose={() => setClosing(null)}
      title={one ? "1 workflow is running" : `${running ?? 0} workflows are running`}
      description={
        one
          ? "Nothing is lost: it goes on when you start Wheelhouse again."
          : "Nothing is lost: they go on when you start Wheelhouse again."
      }
      actions={
        <>
          <Button variant="primary" busy={busy} onClick={() => void quit()}>
            Quit
          </Button>
          <Button onClick={() => setClosing(null)}>Keep working</Button>
        </>
      }
    >
      {problem === null ? undefined : (
        <ErrorNotice
          title="The window could not be closed"
          message={problem}
          nextStep="Try again."
        />
      )}
    </Dialog>
  );
}
