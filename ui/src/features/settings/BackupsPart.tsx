import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Archive, FileUp } from "lucide-react";
import { useState } from "react";
import type { BackupContents, BackupFile } from "@/bindings/bindings";
import { api, describeError } from "@/host";
import { formatBytes, formatTime, plural } from "@/shared/lib/format";
import { Button } from "@/shared/ui/Button";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";
import { Skeleton } from "@/shared/ui/Skeleton";
import { TimeAgo } from "@/shared/ui/TimeAgo";
import { useServer } from "@/stores";
import { backupsQuery, refreshData } from "./data";
import { Part } from "./Part";
import { RestoreDialog } from "./RestoreDialog";

type Fit = BackupFile & { contents: BackupContents };
const isFit = (backup: BackupFile): backup is Fit => backup.contents !== null;

function Item({ backup, onRestore }: { backup: BackupFile; onRestore: (backup: Fit) => void }) {
  return (
    <li className="flex items-center gap-4 border-t border-line py-2 first:border-t-0">
      <div className="min-w-0 flex-1">
        <p className="text-ink">
          {backup.written_at === null ? backup.name : formatTime(backup.written_at)}
        </p>
        <p className="font-mono text-note break-all text-ink-3">{backup.name}</p>
        {backup.problem === null ? null : <p className="text-note text-bad">{backup.problem}</p>}
      </div>
      <p className="tabular shrink-0 text-right text-note text-ink-2">
        {formatBytes(backup.bytes)}
        <br />
        {backup.contents === null
          ? "can't be restored"
          : `${plural(backup.contents.workflows, "workflow")}, schema ${backup.contents.schema}`}
      </p>
      {isFit(backup) ? (
        <Button small aria-label={`Restore ${backup.name}`} onClick={() => onRestore(backup)}>
          Restore
        </Button>
      ) : null}
    </li>
  );
}

function BackUp() {
  const client = useQueryClient();
  const backUp = useMutation({
    mutationFn: async () => ({ ...(await api.backUp()), at: Date.now() }),
    onSettled: () => refreshData(client),
  });
  return (
    <>
      <Button
        icon={<Archive className="size-3.5" />}
        busy={backUp.isPending}
        onClick={() => backUp.mutate()}
      >
        Back up now
      </Button>
      {backUp.data === undefined ? null : (
        <div role="status" className="mt-3">
          <p className="text-ink-2">
            A copy was written <TimeAgo at={backUp.data.at} />, {formatBytes(backUp.data.bytes)}:
          </p>
          <p className="font-mono text-note break-all text-ink">{backUp.data.path}</p>
        </div>
      )}
      {backUp.error === null ? null : (
        <ErrorNotice
          title="No copy was written."
          {...describeError(backUp.error)}
          className="mt-3"
        />
      )}
    </>
  );
}

/** Another file than those in the data folder. */
function OtherFile({ onRestore }: { onRestore: (backup: Fit) => void }) {
  const choose = useMutation({
    mutationFn: async () => {
      const path = await api.pickBackup();
      return path === null ? null : await api.inspectBackup(path);
    },
    onSuccess: (backup) => {
      if (backup !== null && isFit(backup)) onRestore(backup);
    },
  });
  const problem = choose.data?.problem ?? null;
  return (
    <>
      <Button
        className="mt-3"
        icon={<FileUp className="size-3.5" />}
        busy={choose.isPending}
        onClick={() => choose.mutate()}
      >
        Choose another file
      </Button>
      {problem === null ? null : (
        <ErrorNotice
          title="This file can't be restored."
          message={problem}
          nextStep="Choose a copy of a journal. Nothing was changed."
          className="mt-3"
        />
      )}
      {choose.error === null ? null : (
        <ErrorNotice
          title="No file was chosen."
          {...describeError(choose.error)}
          className="mt-3"
        />
      )}
    </>
  );
}

function Copies({ onRestore }: { onRestore: (backup: Fit) => void }) {
  const backups = useQuery(backupsQuery);
  if (backups.data !== undefined) {
    return backups.data.length === 0 ? (
      <p className="text-ink-2">There is no copy yet.</p>
    ) : (
      <ul className="max-w-160">
        {backups.data.map((backup) => (
          <Item key={backup.path} backup={backup} onRestore={onRestore} />
        ))}
      </ul>
    );
  }
  return backups.error === null ? (
    <Skeleton rows={2} label="Loading copies" className="-mx-3" />
  ) : (
    <ErrorNotice
      title="The copies could not be listed."
      {...describeError(backups.error)}
      action={<Button onClick={() => void backups.refetch()}>Try again</Button>}
    />
  );
}

/** Copies of the journal: making one, and putting one in its place. */
export function BackupsPart() {
  // What a server keeps is restored there, while it is stopped.
  const here = useServer() === null;
  const [chosen, setChosen] = useState<Fit | null>(null);
  return (
    <>
      <Part
        title="Backup"
        lead="A copy of the journal holds every workflow with its tasks, answers and reports. Keys and the index of the knowledge are not part of it. Work goes on meanwhile."
      >
        <BackUp />
      </Part>
      {here ? (
        <Part
          title="Restore"
          lead="A copy can take the journal's place. It is checked first, and what is here now is kept among the copies. A copy is made before each change of the schema too."
        >
          <Copies onRestore={setChosen} />
          <OtherFile onRestore={setChosen} />
        </Part>
      ) : null}
      {chosen === null ? null : (
        <RestoreDialog backup={chosen} contents={chosen.contents} onClose={() => setChosen(null)} />
      )}
    </>
  );
}
