// A template as a file to share: its text, to be copied. It holds no keys, and models of providers are left out.

import { useQuery } from "@tanstack/react-query";
import { api, describeError } from "@/host";
import { CopyButton } from "@/shared/markdown";
import { Dialog } from "@/shared/ui/Dialog";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";
import { Skeleton } from "@/shared/ui/Skeleton";

/** The dialog. */
export function ExportDialog({ uid, onClose }: { uid: string; onClose: () => void }) {
  const { data, error } = useQuery({
    queryKey: ["template", uid, "file"],
    queryFn: () => api.exportTemplate(uid),
  });
  return (
    <Dialog
      open
      wide
      dismissable
      onClose={onClose}
      title="Export"
      description="Copy the text into a file to share it. It holds no keys; models of your providers are replaced by the default."
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
    </Dialog>
  );
}
