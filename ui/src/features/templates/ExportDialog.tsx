// A template as a file to share: written where the operator chooses, or copied. It holds no keys, and models of
// providers are left out.

import { useMutation, useQuery } from "@tanstack/react-query";
import { Download } from "lucide-react";
import { api, describeError } from "@/host";
import { CopyButton } from "@/shared/markdown";
import { Button } from "@/shared/ui/Button";
import { Dialog } from "@/shared/ui/Dialog";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";
import { Skeleton } from "@/shared/ui/Skeleton";

/** The dialog. */
export function ExportDialog({ uid, onClose }: { uid: string; onClose: () => void }) {
  const { data, error } = useQuery({
    queryKey: ["template", uid, "file"],
    queryFn: () => api.exportTemplate(uid),
  });
  const save = useMutation({ mutationFn: (name: string) => api.saveTemplateFile(uid, name) });
  const saved = save.data ?? null;
  return (
    <Dialog
      open
      wide
      dismissable
      onClose={onClose}
      title="Export"
      description="Share it as a file. It holds no keys; models of your providers are replaced by the default."
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
        <ErrorNotice title="The template could not be read." {...describeError(error)} />
      ) : data === undefined ? (
        <Skeleton rows={6} label="Reading the template" />
      ) : (
        <>
          <div className="mb-1 flex items-center justify-between">
            <span className="font-mono text-note text-ink-2 select-text">{data.file_name}</span>
            <CopyButton text={data.text} what="template" />
          </div>
          <pre
            // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
            tabIndex={0}
            className="max-h-[40vh] overflow-auto rounded-md bg-rail p-3 font-mono text-note select-text"
          >
            {data.text}
          </pre>
        </>
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
