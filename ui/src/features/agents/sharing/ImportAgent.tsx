// Takes in the file of an agent, after showing what would come.

import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import type { AgentFileView } from "@/bindings/bindings";
import { api, describeError } from "@/host";
import { Button } from "@/shared/ui/Button";
import { Dialog } from "@/shared/ui/Dialog";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";
import { useAgentStore } from "@/stores";
import { toolsWords } from "../toolWords";
import { AgentPreview } from "./AgentPreview";

interface Found {
  text: string;
  view: AgentFileView;
}

/** What would be different from how the agent was where the file was written. */
function noticesOf({ left_out, replaced_model, known_as }: AgentFileView): string[] {
  return [
    ...(known_as === null
      ? []
      : [`${known_as} is this agent and stays as it is. A second one is added.`]),
    ...(left_out.length === 0
      ? []
      : [`Tools that are not here are left out: ${toolsWords(left_out)}.`]),
    ...(replaced_model === null
      ? []
      : [`It worked with ${replaced_model}. Here it gets the default for specialists.`]),
  ];
}

function Preview({ found, onClose }: { found: Found; onClose: () => void }) {
  const navigate = useNavigate();
  const addAgent = useAgentStore((state) => state.addAgent);
  const take = useMutation({
    mutationFn: () => api.importAgent(found.text),
    onSuccess: (agent) => {
      addAgent(agent);
      onClose();
      void navigate({ to: "/agents", search: { agent: agent.id }, replace: true });
    },
  });
  const notices = noticesOf(found.view);
  return (
    <Dialog
      open
      wide
      onClose={onClose}
      title={`Import ${found.view.agent.name}`}
      description="Somebody else may have written these instructions, and it will follow them. Read them first. What was granted to it elsewhere does not come along."
      actions={
        <>
          <Button variant="primary" busy={take.isPending} onClick={() => take.mutate()}>
            Add agent
          </Button>
          <Button onClick={onClose}>Cancel</Button>
        </>
      }
    >
      {notices.length === 0 ? null : (
        <ul className="mb-3 flex flex-col gap-1 rounded-md bg-hover px-3 py-2 text-ink">
          {notices.map((notice) => (
            <li key={notice}>{notice}</li>
          ))}
        </ul>
      )}
      <AgentPreview agent={found.view.agent} />
      {take.error === null ? null : (
        <ErrorNotice title="It was not added." {...describeError(take.error)} className="mt-3" />
      )}
    </Dialog>
  );
}

/** The button, what would come, and what went wrong. */
export function ImportAgent() {
  const open = useMutation({
    mutationFn: async (): Promise<Found | null> => {
      const file = await api.openAgentFile();
      if (file === null) return null;
      return { text: file.text, view: await api.inspectAgentFile(file.text) };
    },
  });
  return (
    <>
      <Button busy={open.isPending} onClick={() => open.mutate()}>
        Import…
      </Button>
      {open.data === undefined || open.data === null ? null : (
        <Preview found={open.data} onClose={open.reset} />
      )}
      <Dialog
        open={open.error !== null}
        onClose={open.reset}
        title="Import an agent"
        actions={<Button onClick={open.reset}>Close</Button>}
      >
        {open.error === null ? null : (
          <ErrorNotice title="It was not imported." {...describeError(open.error)} />
        )}
      </Dialog>
    </>
  );
}
