// Takes in a workflow from a file and opens it.

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { api, describeError } from "@/host";
import { Button } from "@/shared/ui/Button";
import { Dialog } from "@/shared/ui/Dialog";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";

/** The button. What is here already is opened. */
export function ImportButton() {
  const client = useQueryClient();
  const navigate = useNavigate();
  const take = useMutation({
    mutationFn: async () => {
      const path = await api.pickRun();
      return path === null ? null : api.importWorkflow(path);
    },
    onSuccess: async (taken) => {
      if (taken === null) return;
      void client.invalidateQueries({ queryKey: ["workflows"] });
      void client.invalidateQueries({ queryKey: ["workflow-stats"] });
      await navigate({ to: "/workflows/$id", params: { id: String(taken.workflow.id) } });
    },
  });
  return (
    <>
      <Button busy={take.isPending} onClick={() => take.mutate()}>
        Import…
      </Button>
      <Dialog
        open={take.error !== null}
        onClose={take.reset}
        title="Import a workflow"
        actions={<Button onClick={take.reset}>Close</Button>}
      >
        {take.error === null ? null : (
          <ErrorNotice title="It was not imported." {...describeError(take.error)} />
        )}
      </Dialog>
    </>
  );
}
