// Takes in a workflow from a file and opens it. What is here already is opened.

import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { api } from "@/host";
import { ImportButton } from "@/shared/ui/ImportButton";

/** The button, and what went wrong after it. */
export function ImportWorkflow() {
  const client = useQueryClient();
  const navigate = useNavigate();
  return (
    <ImportButton
      title="Import a workflow"
      take={async () => {
        const path = await api.pickRun();
        return path === null ? null : api.importWorkflow(path);
      }}
      onTaken={async ({ workflow }) => {
        void client.invalidateQueries({ queryKey: ["workflows"] });
        void client.invalidateQueries({ queryKey: ["workflow-stats"] });
        await navigate({ to: "/workflows/$id", params: { id: String(workflow.id) } });
      }}
    />
  );
}
