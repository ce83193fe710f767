// The folders that an agent may reach: chosen with the system's dialog, or written where the backend is another machine.

import { Folder, X } from "lucide-react";
import { useState } from "react";
import { api, describeError } from "@/host";
import { Button } from "@/shared/ui/Button";
import { FieldGroup } from "@/shared/ui/FieldGroup";
import { IconButton } from "@/shared/ui/IconButton";
import { TextField } from "@/shared/ui/TextField";
import { useServer } from "@/stores";
import { type FolderDraft, newFolder, type ReachDraft } from "./reach";

interface Props {
  draft: ReachDraft;
  change: (changed: Partial<ReachDraft>) => void;
}

interface RowProps {
  folder: FolderDraft;
  programs: boolean;
  change: (changed: Partial<FolderDraft>) => void;
  remove: () => void;
}

function Tick({
  label,
  checked,
  onChange,
}: {
  label: string;
  checked: boolean;
  onChange: (checked: boolean) => void;
}) {
  return (
    <label className="flex items-center gap-1.5 text-ink">
      <input
        type="checkbox"
        className="size-4 shrink-0 accent-accent"
        checked={checked}
        onChange={(event) => onChange(event.target.checked)}
      />
      {label}
    </label>
  );
}

function Row({ folder, programs, change, remove }: RowProps) {
  return (
    <li className="flex flex-col gap-1 border-b border-line py-2 first:pt-0 last:border-0">
      <div className="flex items-center gap-2">
        <div className="min-w-0 flex-1">
          <TextField
            label={`Name of ${folder.path}`}
            hideLabel
            maxLength={40}
            spellCheck={false}
            value={folder.name}
            onChange={(event) => change({ name: event.target.value })}
          />
        </div>
        <IconButton label={`Take away ${folder.name}`} icon={<X />} onClick={remove} />
      </div>
      <p className="text-note break-all text-ink-3">{folder.path}</p>
      <div className="flex flex-wrap gap-x-4 gap-y-1">
        <Tick label="May write" checked={folder.write} onChange={(write) => change({ write })} />
        <Tick
          label="Stays here"
          checked={folder.staysHere}
          onChange={(staysHere) => change({ staysHere })}
        />
        {programs ? (
          <Tick
            label="Programs"
            checked={folder.programs}
            onChange={(run) => change({ programs: run })}
          />
        ) : null}
      </div>
    </li>
  );
}

/** A path that is written: the folder is on another machine, or is quicker typed. */
function WrittenPath({ add }: { add: (path: string) => void }) {
  const [path, setPath] = useState("");
  const server = useServer();
  const put = () => {
    if (path.trim() === "") return;
    add(path.trim());
    setPath("");
  };
  return (
    <div className="flex items-end gap-2">
      <div className="min-w-0 flex-1">
        <TextField
          label={server === null ? "Add a folder" : `Add a folder on ${server.name}`}
          placeholder="The whole path"
          spellCheck={false}
          autoComplete="off"
          value={path}
          onChange={(event) => setPath(event.target.value)}
          onKeyDown={(event) => {
            if (event.key !== "Enter") return;
            event.preventDefault();
            put();
          }}
        />
      </div>
      <Button onClick={put}>Add</Button>
    </div>
  );
}

/** The folders, and ways to add one. */
export function FolderFields({ draft, change }: Props) {
  const [problem, setProblem] = useState<string | null>(null);
  const server = useServer();
  const { folders } = draft;
  const add = (path: string) => change({ folders: [...folders, newFolder(path, folders)] });
  const browse = async () => {
    setProblem(null);
    try {
      const path = await api.pickFolder();
      if (path !== null) add(path);
    } catch (cause) {
      setProblem(describeError(cause).message);
    }
  };
  return (
    <FieldGroup legend="Folders" look="label" className="min-w-0" layout="flex flex-col gap-2">
      {folders.length === 0 ? null : (
        <ul>
          {folders.map((folder) => (
            <Row
              key={folder.key}
              folder={folder}
              programs={draft.programs !== "none"}
              change={(changed) =>
                change({
                  folders: folders.map((each) =>
                    each.key === folder.key ? { ...each, ...changed } : each,
                  ),
                })
              }
              remove={() => change({ folders: folders.filter((each) => each.key !== folder.key) })}
            />
          ))}
        </ul>
      )}
      <WrittenPath add={add} />
      {server === null ? (
        <Button
          small
          icon={<Folder className="size-3.5" />}
          onClick={() => void browse()}
          className="self-start"
        >
          Browse folder…
        </Button>
      ) : null}
      {problem === null ? null : (
        <p role="alert" className="text-note text-bad">
          {problem}
        </p>
      )}
      <p className="text-note text-ink-3">
        It reaches all that is beneath a folder, and nothing else. Text of a folder that stays here
        is told to no model elsewhere.
      </p>
    </FieldGroup>
  );
}
