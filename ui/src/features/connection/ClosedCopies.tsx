// The copies of a journal that can't be opened, and putting one in its place.

import { useMutation, useQuery } from "@tanstack/react-query";
import { FileUp } from "lucide-react";
import { useState } from "react";
import type { BackupFile } from "@/bindings/bindings";
import { api, describeError } from "@/host";
import { formatBytes, formatTime, plural } from "@/shared/lib/format";
import { beginAnew } from "@/shared/lib/restored";
import { Button } from "@/shared/ui/Button";
import { Dialog } from "@/shared/ui/Dialog";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";

/** A file that takes the journal's place. */
type Choice = Pick<BackupFile, "path" | "name" | "contents" | "written_at">;

function RestoreDialog({ choice, onClose }: { choice: Choice; onClose: () => void }) {
  const restore = useMutation({
    mutationFn: () => api.restoreClosed(choice.path),
    onSuccess: () => beginAnew(choice.name),
  });
  const { contents } = choice;
  const busy = restore.isPending || restore.isSuccess;
  return (
    <Dialog
      open
      onClose={() => (busy ? undefined : onClose())}
      title="Restore this copy?"
      description={<span className="font-mono break-all">{choice.name}</span>}
      actions={
        <>
          <Button variant="danger" busy={busy} onClick={() => restore.mutate()}>
            Restore
          </Button>
          <Button disabled={busy} onClick={onClose}>
            Cancel
          </Button>
        </>
      }
    >
      <ul className="flex list-disc flex-col gap-1.5 pl-4 text-ink-2">
        <li>The journal that can't be opened is put aside: it is kept among the copies.</li>
        {contents === null ? (
          <li>The file is looked through first. Where it is no journal, nothing is changed.</li>
        ) : (
          <li>
            {plural(contents.workflows, "workflow")} {contents.workflows === 1 ? "is" : "are"} in
            the copy.
            {contents.unfinished === 0
              ? ""
              : ` ${plural(contents.unfinished, "workflow")} had not ended and ${contents.unfinished === 1 ? "goes" : "go"} on from there.`}
          </li>
        )}
        <li>What happened after the copy was made is not in it.</li>
      </ul>
      {restore.error === null ? null : (
        <ErrorNotice
          title="Nothing was restored."
          {...describeError(restore.error)}
          className="mt-3"
        />
      )}
    </Dialog>
  );
}

function Item({ copy, onChoose }: { copy: BackupFile; onChoose: (choice: Choice) => void }) {
  return (
    <li className="flex items-center gap-4 border-t border-line py-2 first:border-t-0">
      <div className="min-w-0 flex-1">
        <p className="text-ink">
          {copy.written_at === null ? copy.name : formatTime(copy.written_at)}
        </p>
        <p className="font-mono text-note break-all text-ink-3">{copy.name}</p>
        {copy.problem === null ? null : <p className="text-note text-bad">{copy.problem}</p>}
      </div>
      <p className="tabular shrink-0 text-right text-note text-ink-2">
        {copy.contents === null ? "can't be restored" : plural(copy.contents.workflows, "workflow")}
        <br />
        {formatBytes(copy.bytes)}
      </p>
      {copy.contents === null ? null : (
        <Button small aria-label={`Restore ${copy.name}`} onClick={() => onChoose(copy)}>
          Restore
        </Button>
      )}
    </li>
  );
}

/** Where copies are, by how many there are; nothing while that is not known. */
function whereWords(count: number | undefined): string {
  if (count === undefined) return "";
  if (count === 0) return "There is none in the data folder.";
  return count === 1
    ? "This one is in the data folder."
    : "These are in the data folder, newest first.";
}

/** The copies in the data folder, and any other file. */
export function ClosedCopies() {
  const [choice, setChoice] = useState<Choice | null>(null);
  const copies = useQuery({ queryKey: ["closed-copies"], queryFn: api.closedCopies });
  const other = useMutation({
    mutationFn: api.pickBackup,
    onSuccess: (path) => {
      if (path === null) return;
      const name = path.split(/[\\/]/).at(-1) ?? path;
      setChoice({ path, name, contents: null, written_at: null });
    },
  });
  const problem = copies.error ?? other.error;
  return (
    <section aria-labelledby="closed-copies" className="mt-8">
      <h2 id="closed-copies" className="font-semibold text-ink">
        Restore a backup
      </h2>
      <p className="mt-1 mb-3 text-ink-2">
        A copy of the journal can take its place. {whereWords(copies.data?.length)}
      </p>
      {copies.data === undefined || copies.data.length === 0 ? null : (
        <ul className="mb-3">
          {copies.data.map((copy) => (
            <Item key={copy.path} copy={copy} onChoose={setChoice} />
          ))}
        </ul>
      )}
      {problem === null ? null : (
        <ErrorNotice
          title="The copies could not be listed."
          {...describeError(problem)}
          className="mb-3"
        />
      )}
      <Button
        icon={<FileUp className="size-3.5" aria-hidden="true" />}
        busy={other.isPending}
        onClick={() => other.mutate()}
      >
        Choose another file
      </Button>
      {choice === null ? null : <RestoreDialog choice={choice} onClose={() => setChoice(null)} />}
    </section>
  );
}
