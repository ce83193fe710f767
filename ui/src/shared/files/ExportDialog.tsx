// Something as a file to share: written where the operator chooses, or copied.

import { useMutation, useQuery } from "@tanstack/react-query";
import { Download } from "lucide-react";
import { describeError } from "@/host";
import { CopyButton } from "@/shared/markdown";
import { Button } from "@/shared/ui/Button";
import { Dialog } from "@/shared/ui/Dialog";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";
import { Skeleton } from "@/shared/ui/Skeleton";

/** A file before it is written. */
interface SharedFile {
  file_name: string;
  text: string;
  /** What whoever shares it should know. */
  notices?: readonly string[];
}

function File({ file, what }: { file: SharedFile; what: string }) {
  const { notices = [] } = file;
  return (
    <>
      {notices.length === 0 ? null : (
        <ul className="mb-3 flex flex-col gap-1 rounded-md bg-signal-soft px-3 py-2 text-ink">
          {notices.map((notice) => (
            <li key={notice}>{notice}</li>
          ))}
        </ul>
      )}
      <div className="mb-1 flex items-center justify-between">
        <span className="font-mono text-note text-ink-2 select-text">{file.file_name}</span>
        <CopyButton text={file.text} what={what} />
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

interface Props {
  /** What it is, in a word: `agent`. */
  what: string;
  title: string;
  description: string;
  /** Names the file among what was read. */
  queryKey: readonly unknown[];
  read: () => Promise<SharedFile>;
  /** Writes it under this name where the operator chooses. Null when nothing was chosen. */
  save: (name: string) => Promise<{ path: string } | null>;
  onClose: () => void;
}

/** The dialog. */
export function ExportDialog({ what, title, description, queryKey, read, save, onClose }: Props) {
  const { data, error } = useQuery({ queryKey, queryFn: read });
  const saving = useMutation({ mutationFn: save });
  const saved = saving.data ?? null;
  return (
    <Dialog
      open
      wide
      dismissable
      onClose={onClose}
      title={title}
      description={description}
      actions={
        <>
          <Button
            variant="primary"
            icon={<Download className="size-3.5" aria-hidden="true" />}
            disabled={data === undefined}
            busy={saving.isPending}
            onClick={() => data && saving.mutate(data.file_name)}
          >
            Save to a file…
          </Button>
          <Button onClick={onClose}>Close</Button>
        </>
      }
    >
      {error !== null ? (
        <ErrorNotice title={`The ${what} could not be read.`} {...describeError(error)} />
      ) : data === undefined ? (
        <Skeleton rows={6} label={`Reading the ${what}`} />
      ) : (
        <File file={data} what={what} />
      )}
      {saved === null ? null : (
        <p role="status" className="mt-3 break-words text-ink select-text">
          It is in {saved.path}.
        </p>
      )}
      {saving.error === null ? null : (
        <ErrorNotice title="It was not saved." {...describeError(saving.error)} className="mt-3" />
      )}
    </Dialog>
  );
}
