// Takes in the file of a template, which the operator chooses in the system's dialog, and opens it.

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { api, describeError } from "@/host";
import { Button } from "@/shared/ui/Button";
import { Dialog } from "@/shared/ui/Dialog";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";
import { refreshTemplates } from "./templateQueries";

/** The button, and what went wrong after it. */
export function ImportTemplate() {
  const client = useQueryClient();
  const navigate = useNavigate();
  const take = useMutation({
    mutationFn: async () => {
      const file = await api.openTemplateFile();
      return file === null ? null : api.importTemplate(file.text);
    },
    onSuccess: async (taken) => {
      if (taken === null) return;
      await refreshTemplates(client);
      await navigate({ to: "/templates/$uid", params: { uid: taken.uid } });
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
        title="Import a template"
        actions={<Button onClick={take.reset}>Close</Button>}
      >
        {take.error === null ? null : (
          <ErrorNotice title="It was not imported." {...describeError(take.error)} />
        )}
      </Dialog>
    </>
  );
}
