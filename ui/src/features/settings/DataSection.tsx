import { useMutation, useQuery } from "@tanstack/react-query";
import { FolderOpen, ScrollText } from "lucide-react";
import type { StorageView } from "@/bindings/bindings";
import { api, describeError } from "@/host";
import { formatBytes } from "@/shared/lib/format";
import { Button } from "@/shared/ui/Button";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";
import { Skeleton } from "@/shared/ui/Skeleton";
import { useServer } from "@/stores";
import { BackupsPart } from "./BackupsPart";
import { storageQuery } from "./data";
import { Part } from "./Part";
import { RetentionPart } from "./RetentionPart";
import { ServerData } from "./ServerData";

/** What takes room, largest matter of concern first. */
function sizesOf(storage: StorageView) {
  return [
    { name: "Journal of all runs", bytes: storage.journal },
    { name: "Index of the knowledge", bytes: storage.knowledge },
    { name: "Copies of the journal", bytes: storage.backups },
    { name: "Logs", bytes: storage.logs },
    { name: "Everything else", bytes: storage.other },
  ];
}

function Sizes({ storage }: { storage: StorageView }) {
  const sizes = sizesOf(storage);
  const total = sizes.reduce((sum, size) => sum + size.bytes, 0);
  return (
    <table className="w-full max-w-120">
      <caption className="sr-only">How much room everything takes</caption>
      <tbody>
        {sizes.map(({ name, bytes }) => (
          <tr key={name} className="h-8">
            <th scope="row" className="w-48 text-left font-normal text-ink-2">
              {name}
            </th>
            <td className="pr-4">
              <span className="block h-1 rounded-full bg-line" aria-hidden="true">
                <span
                  className="block h-full rounded-full bg-accent"
                  style={{ width: `${total === 0 ? 0 : (bytes / total) * 100}%` }}
                />
              </span>
            </td>
            <td className="tabular w-24 text-right text-ink">{formatBytes(bytes)}</td>
          </tr>
        ))}
        <tr className="h-8 border-t border-line font-medium">
          <th scope="row" className="text-left font-medium">
            Together
          </th>
          <td />
          <td className="tabular text-right">{formatBytes(total)}</td>
        </tr>
      </tbody>
    </table>
  );
}

function Folder({ path }: { path: string }) {
  const server = useServer();
  const open = useMutation({ mutationFn: api.openFolder });
  if (server !== null) {
    return (
      <>
        <p className="font-mono text-note break-all text-ink">{path}</p>
        <p className="mb-4 text-ink-2">
          The folder is on {server.name}. It can be opened there, not from here.
        </p>
      </>
    );
  }
  return (
    <>
      <p className="mb-3 font-mono text-note break-all text-ink">{path}</p>
      <div className="mb-4 flex gap-2">
        <Button icon={<FolderOpen className="size-3.5" />} onClick={() => open.mutate("data")}>
          Open folder
        </Button>
        <Button icon={<ScrollText className="size-3.5" />} onClick={() => open.mutate("logs")}>
          Open logs
        </Button>
      </div>
      {open.error === null ? null : (
        <ErrorNotice
          title="The folder was not opened."
          {...describeError(open.error)}
          className="mb-4"
        />
      )}
    </>
  );
}

function Place() {
  const storage = useQuery(storageQuery);
  if (storage.data === undefined) {
    return storage.error === null ? (
      <Skeleton rows={7} label="Loading sizes" className="-mx-3" />
    ) : (
      <ErrorNotice
        title="The folder could not be measured."
        {...describeError(storage.error)}
        action={<Button onClick={() => void storage.refetch()}>Try again</Button>}
      />
    );
  }
  return (
    <>
      <Folder path={storage.data.data_folder} />
      <Sizes storage={storage.data} />
    </>
  );
}

/** Where everything is kept, how large it is, how long, and copies of it. */
export function DataSection() {
  const server = useServer();
  return (
    <>
      <Part title="Folder" lead="Everything that Wheelhouse keeps is in one folder.">
        <Place />
      </Part>
      <RetentionPart />
      <BackupsPart />
      {server === null ? null : <ServerData server={server.name} />}
    </>
  );
}
