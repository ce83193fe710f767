import { useMutation } from "@tanstack/react-query";
import type { BackupContents, BackupFile } from "@/bindings/bindings";
import { api, describeError } from "@/host";
import { formatTime, plural } from "@/shared/lib/format";
import { beginAnew } from "@/shared/lib/restored";
import { Button } from "@/shared/ui/Button";
import { Dialog } from "@/shared/ui/Dialog";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";

interface Props {
  backup: BackupFile;
  contents: BackupContents;
  onClose: () => void;
}

/** What a restore changes, and what it keeps. */
function Consequences({ backup, contents }: Omit<Props, "onClose">) {
  const { unfinished } = contents;
  return (
    <ul className="flex list-disc flex-col gap-1.5 pl-4 text-ink-2">
      <li>
        What was there{backup.written_at === null ? "" : ` on ${formatTime(backup.written_at)}`}{" "}
        comes back: {plural(contents.workflows, "workflow")}.
      </li>
      <li>What happened since is put aside: the present journal is kept among the copies.</li>
      <li>
        Work under way stops now.{" "}
        {unfinished === 0
          ? "Nothing in the copy goes on by itself."
          : `${plural(unfinished, "workflow")} in the copy had not ended and ${unfinished === 1 ? "goes" : "go"} on from there.`}
      </li>
      {contents.this_store ? null : (
        <li className="font-medium text-ink">
          The copy is from another Wheelhouse. Its agents, providers and settings take the place of
          yours. Keys are not part of it.
        </li>
      )}
    </ul>
  );
}

/** Asks before a copy takes the journal's place, does it, and begins anew. */
export function RestoreDialog({ backup, contents, onClose }: Props) {
  const reopen = useMutation({
    mutationFn: api.reopenBackend,
    onSuccess: () => beginAnew(backup.name),
  });
  const restore = useMutation({
    mutationFn: () => api.restoreBackup(backup.path, !contents.this_store),
    onSuccess: () => reopen.mutate(),
  });
  const quit = useMutation({ mutationFn: api.closeWindow });
  const busy = restore.isPending || reopen.isPending || reopen.isSuccess;
  return (
    <Dialog
      open
      onClose={() => (busy || restore.isSuccess ? undefined : onClose())}
      title="Restore this copy?"
      description={<span className="font-mono break-all">{backup.name}</span>}
      actions={
        reopen.error === null ? (
          <>
            <Button variant="danger" busy={busy} onClick={() => restore.mutate()}>
              Restore
            </Button>
            <Button disabled={busy} onClick={onClose}>
              Cancel
            </Button>
          </>
        ) : (
          <Button variant="primary" onClick={() => quit.mutate()}>
            Quit
          </Button>
        )
      }
    >
      <Consequences backup={backup} contents={contents} />
      {restore.error === null ? null : (
        <ErrorNotice
          title="Nothing was restored."
          {...describeError(restore.error)}
          className="mt-3"
        />
      )}
      {reopen.error === null ? null : (
        <ErrorNotice
          title="The copy takes its place at the next start."
          message={describeError(reopen.error).message}
          nextStep="Quit and start Wheelhouse again."
          className="mt-3"
        />
      )}
    </Dialog>
  );
}
