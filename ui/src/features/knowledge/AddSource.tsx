// Adding to the knowledge: a path, or the system's dialog for a folder or files.

import { File, Folder } from "lucide-react";
import { type FormEvent, useState } from "react";
import { api, describeError } from "@/host";
import { Button } from "@/shared/ui/Button";
import { TextField } from "@/shared/ui/TextField";
import { useServer } from "@/stores";
import { useAddSources } from "./knowledgeQueries";

/** What is wrong, with what to do, as one piece under the field. */
function words(cause: unknown): string {
  const { message, nextStep } = describeError(cause);
  return nextStep === null ? message : `${message} ${nextStep}`;
}

function useAdding() {
  const [path, setPath] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  const [staysHere, setStaysHere] = useState(false);
  const adding = useAddSources();

  const add = (paths: readonly string[]) => {
    setProblem(null);
    adding.mutate(
      { paths, staysHere },
      {
        onSuccess: () => {
          setPath("");
          setStaysHere(false);
        },
        onError: (cause) => setProblem(words(cause)),
      },
    );
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (path.trim() === "") setProblem("Write the path of a folder or a file first.");
    else if (!adding.isPending) add([path.trim()]);
  };
  const browse = async (pick: () => Promise<readonly string[]>) => {
    try {
      const picked = await pick();
      if (picked.length > 0) add(picked);
    } catch (cause) {
      setProblem(words(cause));
    }
  };
  const change = (next: string) => {
    setPath(next);
    setProblem(null);
  };
  const busy = adding.isPending;
  return { path, change, problem, busy, submit, browse, staysHere, setStaysHere };
}

async function pickFolder(): Promise<string[]> {
  const folder = await api.pickFolder();
  return folder === null ? [] : [folder];
}

/** The system's dialogs, which know this machine only. */
function Browse({ browse }: Pick<ReturnType<typeof useAdding>, "browse">) {
  return (
    <>
      <Button icon={<Folder className="size-3.5" />} onClick={() => void browse(pickFolder)}>
        Browse folder…
      </Button>
      <Button icon={<File className="size-3.5" />} onClick={() => void browse(api.pickFiles)}>
        Browse file…
      </Button>
    </>
  );
}

const ON_SERVER = "The crew reads files where it runs. Write the path of a folder or a file there.";

/** The form. */
export function AddSource() {
  const { path, change, problem, busy, submit, browse, staysHere, setStaysHere } = useAdding();
  const server = useServer();
  return (
    <form onSubmit={submit} className="flex flex-wrap items-start gap-2">
      <div className="min-w-60 flex-1">
        <TextField
          label={server === null ? "Add a folder or a file" : `Folder on ${server.name}`}
          hideLabel={server === null}
          placeholder="Path, for example ~/Documents/notes"
          {...(server === null ? {} : { hint: ON_SERVER })}
          spellCheck={false}
          autoComplete="off"
          value={path}
          error={problem}
          onChange={(event) => change(event.target.value)}
        />
      </div>
      <Button
        type="submit"
        variant="primary"
        busy={busy}
        // Beside the field, under its label.
        className={server === null ? undefined : "mt-5"}
      >
        Add
      </Button>
      {server === null ? <Browse browse={browse} /> : null}
      <label className="flex w-full items-center gap-2 text-ink-2">
        <input
          type="checkbox"
          checked={staysHere}
          onChange={(event) => setStaysHere(event.target.checked)}
          className="size-4 shrink-0 accent-accent"
        />
        {server === null
          ? "Its text stays on this machine: no model elsewhere is told of it"
          : `Its text stays on ${server.name}: no model elsewhere is told of it`}
      </label>
    </form>
  );
}
