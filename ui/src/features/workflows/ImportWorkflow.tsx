// Takes in a workflow from a file of this machine and opens it. What is there already is opened.

import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { api } from "@/host";
import { useCarrying } from "@/shared/hooks/useCarrying";
import { CarryDialog } from "@/shared/ui/CarryDialog";
import { ImportButton } from "@/shared/ui/ImportButton";
import { useServer } from "@/stores";

/** The button, how far it is, and what went wrong after it. */
export function ImportWorkflow() {
  const server = useServer();
  const client = useQueryClient();
  const navigate = useNavigate();
  const { work, progress, stop } = useCarrying(api.openRun, async ({ workflow }) => {
    void client.invalidateQueries({ queryKey: ["workflows"] });
    void client.invalidateQueries({ queryKey: ["workflow-stats"] });
    await navigate({ to: "/workflows/$id", params: { id: String(workflow.id) } });
  });
  return (
    <>
      <ImportButton title="Import a workflow" taking={work} />
      <CarryDialog
        title="Import a workflow"
        words={server === null ? "The file is read." : `The file goes to ${server.name}.`}
        after="Everything in it is checked, then taken in."
        progress={progress}
        onStop={stop}
      />
    </>
  );
}
