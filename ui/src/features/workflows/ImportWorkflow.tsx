// Takes in a workflow from a file and opens it. What is here already is opened.

import { useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { api } from "@/host";
import { ImportButton } from "@/shared/ui/ImportButton";
import { useServer } from "@/stores";

/** The button, and what went wrong after it. */
export function ImportWorkflow() {
  const server = useServer();
  if (server === null) return <Import />;
  return (
    <Link
      to="/settings/$section"
      params={{ section: "data" }}
      className="max-w-44 text-right text-note text-ink-3 underline-offset-2 hover:text-ink hover:underline"
    >
      Files are imported on {server.name} itself
    </Link>
  );
}

function Import() {
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
