// Writes an ended workflow into a file of this machine, wherever the workflow is kept.

import { api, describeError } from "@/host";
import { useCarrying } from "@/shared/hooks/useCarrying";
import { Button } from "@/shared/ui/Button";
import { CarryDialog } from "@/shared/ui/CarryDialog";
import { Dialog } from "@/shared/ui/Dialog";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";
import { useServer, type Workflow } from "@/stores";

/** A name that every file system takes. */
function fileName(name: string): string {
  const words = name.replace(/[^\p{L}\p{N} _-]+/gu, " ").replace(/\s+/gu, " ");
  return `${words.trim().slice(0, 60).trim() || "workflow"}.wheelhouse`;
}

/** The button, how far it is, and what came of it. */
export function ExportButton({ workflow }: { workflow: Workflow }) {
  const server = useServer();
  const { work, progress, stop } = useCarrying((tell) =>
    api.saveRun(workflow.id, fileName(workflow.name), tell),
  );
  const done = work.data ?? null;
  return (
    <>
      <Button variant="quiet" busy={work.isPending} onClick={() => work.mutate()}>
        Export…
      </Button>
      <CarryDialog
        title="Export"
        words={server === null ? "The file is written." : `The file comes from ${server.name}.`}
        after="The file is checked."
        progress={progress}
        onStop={stop}
      />
      <Dialog
        open={done !== null || work.error !== null}
        onClose={work.reset}
        title="Export"
        actions={<Button onClick={work.reset}>Close</Button>}
      >
        {work.error === null ? (
          <p className="break-words text-ink select-text">
            The workflow is in {done?.path}. It holds prompts, answers and what tools gave, but no
            keys.
            {workflow.stays_here.length === 0
              ? null
              : " Text of sources that stay here is in it too: whoever has the file can read it."}
          </p>
        ) : (
          <ErrorNotice title="It was not exported." {...describeError(work.error)} />
        )}
      </Dialog>
    </>
  );
}
