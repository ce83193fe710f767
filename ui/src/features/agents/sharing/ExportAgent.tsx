// An agent as a file to share.

import { api } from "@/host";
import { ExportDialog } from "@/shared/files/ExportDialog";
import type { Agent } from "@/stores";

/** The dialog. */
export function ExportAgent({ agent, onClose }: { agent: Agent; onClose: () => void }) {
  return (
    <ExportDialog
      what="agent"
      title={`Export ${agent.name}`}
      description="The file says who it is and how it works. It holds no keys, nothing of what it did, and nothing that was granted to it: that belongs to this machine."
      queryKey={["agent-file", agent.id, agent.version]}
      read={() => api.exportAgent(agent.id)}
      save={(name) => api.saveAgentFile(agent.id, name)}
      onClose={onClose}
    />
  );
}
