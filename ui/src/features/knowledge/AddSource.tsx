// Adding to the knowledge: a path, or the system's dialog for a folder or files.

import { File, Folder } from "lucide-react";
import { type FormEvent, useState } from "react";
import { api, describeError } from "@/host";
import { Button } from "@/shared/ui/Button";
import { TextField } from "@/shared/ui/TextField";
import { useAddSources } from "./knowledgeQueries";

/** What is wrong, with what to do, as one piece under the field. */
function words(cause: unknown): string {
  const { message, nextStep } = describeError(cause);
  return nextStep === null ? message : `${message} ${nextStep}`;
}

function useAdding() {
  const [path, setPath] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  const adding = useAddSources();

  const add = (paths: readonly string[]) => {
    setProblem(null);
    adding.mutate(paths, {
      onSuccess: () => setPath(""),
      onError: (cause) => setProblem(words(cause)),
    });
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (path.trim() === "") setProblem("Write the path of a folder or a file, or browse for one.");
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
  return { path, change, problem, busy: adding.isPending, submit, browse };
}

async function pickFolder(): Promise<string[]> {
  const folder = await api.pickFolder();
  return folder === null ? [] : [folder];
}

/** The form. */
export function AddSource() {
  const { path, change, problem, busy, submit, browse } = useAdding();
  return (
    <form onSubmit={submit} className="flex flex-wrap items-start gap-2">
      <div className="min-w-60 flex-1">
        <TextField
          label="Add a folder or a file"
          hideLabel
          placeholder="Path, for example ~/Documents/notes"
          spellCheck={false}
          autoComplete="off"
          value={path}
          error={problem}
          onChange={(event) => change(event.target.value)}
        />
      </div>
      <Button type="submit" variant="primary" busy={busy}>
        Add
      </Button>
      <Button icon={<Folder className="size-3.5" />} onClick={() => void browse(pickFolder)}>
        Browse folder…
      </Button>
      <Button icon={<File className="size-3.5" />} onClick={() => void browse(api.pickFiles)}>
        Browse file…
      </Button>
    </form>
  );
}
