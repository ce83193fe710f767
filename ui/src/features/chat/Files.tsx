// The files beside a message: those that were sent, and those that are about to be.

import { FileText, X } from "lucide-react";
import type { AttachedFile } from "@/bindings/bindings";
import { formatBytes } from "@/shared/lib/format";
import type { Attachment } from "./useAttachments";

const CHIP =
  "inline-flex h-7 max-w-full items-center gap-1.5 rounded-md border border-line bg-raised px-2 text-note text-ink-2";

function Name({ name, bytes }: { name: string; bytes: number }) {
  return (
    <>
      <FileText className="size-3.5 shrink-0 text-ink-3" aria-hidden="true" />
      <span className="min-w-0 truncate text-ink" title={name}>
        {name}
      </span>
      <span className="tabular shrink-0 text-ink-3">{formatBytes(bytes)}</span>
    </>
  );
}

/** What was put beside a message. */
export function SentFiles({ files }: { files: readonly AttachedFile[] }) {
  if (files.length === 0) return null;
  return (
    <ul aria-label="Attached files" className="mb-1.5 flex flex-wrap justify-end gap-1.5">
      {files.map(({ name, bytes }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the files of a message never change, and two may share a name.
        <li key={index} className={CHIP}>
          <Name name={name} bytes={bytes} />
        </li>
      ))}
    </ul>
  );
}

interface Props {
  files: readonly Attachment[];
  onRemove: (index: number) => void;
}

/** What goes with the next message. */
export function ChosenFiles({ files, onRemove }: Props) {
  if (files.length === 0) return null;
  return (
    <ul aria-label="Files to send" className="flex flex-wrap gap-1.5 px-3 pt-2.5">
      {files.map(({ name, content }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: two files may share a name, and a row keeps nothing of its own.
        <li key={index} className={CHIP}>
          <Name name={name} bytes={content.length} />
          <button
            type="button"
            aria-label={`Do not send ${name}`}
            onClick={() => onRemove(index)}
            className="-mr-1 flex size-5 items-center justify-center rounded-sm text-ink-3 hover:bg-hover hover:text-ink"
          >
            <X className="size-3.5" aria-hidden="true" />
          </button>
        </li>
      ))}
    </ul>
  );
}
