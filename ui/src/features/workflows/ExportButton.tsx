// Writes an ended workflow into a file.

import { useMutation } from "@tanstack/react-query";
import { api, describeError } from "@/host";
import { Button } from "@/shared/ui/Button";
import { Dialog } from "@/shared/ui/Dialog";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";
import { useServer, type Workflow } from "@/stores";

/** A name that every file system takes. */
function fileName(name: string): string {
  const words = name.replace(/[^\p{L}\p{N} _-]+/gu, " ").replace(/\s+/gu, " ");
  return `${words.trim().slice(0, 60).trim() || "workflow"}.wheelhouse`;
}

/** The button, and what came of it. */
export function ExportButton({ workflow }: { workflow: Workflow }) {
  // A server would write the file on its own disk, where it can't be chosen or shown from here.
  return useServer() === null ? <Export workflow={workflow} /> : null;
}

function Export({ workflow }: { workflow: Workflow }) {
  const write = useMutation({
    mutationFn: async () => {
      const path = await api.placeRun(fileName(workflow.name));
      return path === null ? null : api.exportWorkflow(workflow.id, path);
    },
  });
  const done = write.data ?? null;
  return (
    <>
      <Button variant="quiet" busy={write.isPending} onClick={() => write.mutate()}>
        Export…
      </Button>
      <Dialog
        open={done !== null || write.error !== null}
        onClose={write.reset}
        title="Export"
        actions={<Button onClick={write.reset}>Close</Button>}
      >
        {write.error === null ? (
          <p className="break-words text-ink select-text">
            The workflow is in {done?.path}. It holds prompts, answers and what tools gave, but no
            keys.
            {workflow.stays_here.length === 0
              ? null
              : " Text of sources that stay here is in it too: whoever has the file can read it."}
          </p>
        ) : (
          <ErrorNotice title="It was not exported." {...describeError(write.error)} />
        )}
      </Dialog>
    </>
  );
}
