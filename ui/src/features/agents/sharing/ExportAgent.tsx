// An agent as a file to share: written where the operator chooses, or copied.

import { useMutation, useQuery } from "@tanstack/react-query";
import { Download } from "lucide-react";
import type { AgentFile } from "@/bindings/bindings";
import { api, describeError } from "@/host";
import { CopyButton } from "@/shared/markdown";
import { Button } from "@/shared/ui/Button";
import { Dialog } from "@/shared/ui/Dialog";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";
import { Skeleton } from "@/shared/ui/Skeleton";
import type { Agent } from "@/stores";

function File({ file }: { file: AgentFile }) {
  return (
    <>
      {file.notices.length === 0 ? null : (
        <ul className="mb-3 flex flex-col gap-1 rounded-md bg-signal-soft px-3 py-2 text-ink">
          {file.notices.map((notice) => (
            <li key={notice}>{notice}</li>
          ))}
        </ul>
      )}
      <div className="mb-1 flex items-center justify-between">
        <span className="font-mono text-note text-ink-2 select-text">{file.file_name}</span>
        <CopyButton text={file.text} what="agent" />
      </div>
      <pre
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
        className="max-h-[36vh] overflow-auto rounded-md bg-rail p-3 font-mono text-note break-words whitespace-pre-wrap select-text"
      >
        {file.text}
      </pre>
    </>
  );
}

/** The dialog. */
export function ExportAgent({ agent, onClose }: { agent: Agent; onClose: () => void }) {
  const { data, error } = useQuery({
    queryKey: ["agent-file", agent.id, agent.version],
    queryFn: () => api.exportAgent(agent.id),
  });
  const save = useMutation({ mutationFn: (name: string) => api.saveAgentFile(agent.id, name) });
  const saved = save.data ?? null;
  return (
    <Dialog
      open
      wide
      dismissable
      onClose={onClose}
      title={`Export ${agent.name}`}
      description="The file says who it is and how it works. It holds no keys, nothing of what it did, and nothing that was granted to it: that belongs to this machine."
      actions={
        <>
          <Button
            variant="primary"
            icon={<Download className="size-3.5" aria-hidden="true" />}
            disabled={data === undefined}
            busy={save.isPending}
            onClick={() => data && save.mutate(data.file_name)}
          >
            Save to a file…
          </Button>
          <Button onClick={onClose}>Close</Button>
        </>
      }
    >
      {error !== null ? (
        <ErrorNotice title="The agent could not be read." {...describeError(error)} />
      ) : data === undefined ? (
        <Skeleton rows={6} label="Reading the agent" />
      ) : (
        <File file={data} />
      )}
      {saved === null ? null : (
        <p role="status" className="mt-3 break-words text-ink select-text">
          It is in {saved.path}.
        </p>
      )}
      {save.error === null ? null : (
        <ErrorNotice title="It was not saved." {...describeError(save.error)} className="mt-3" />
      )}
    </Dialog>
  );
}
