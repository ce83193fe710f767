// Opens the file of keys, or makes it with a new passphrase. What is typed is kept in this form only, and only
// until there is an answer: it goes into no cache and no store. The file is the one of the backend that the window talks
// to, or, where that is asked for, this machine's own.

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useRef, useState } from "react";
import { api, describeError } from "@/host";
import { keysQuery, ownKeysQuery, refreshModels } from "../queries";
import { Button } from "../ui/Button";
import { TextField } from "../ui/TextField";

const SHORTEST = 8;

interface Problem {
  field: "passphrase" | "again";
  text: string;
}

/** What is wrong with a passphrase before it is sent. */
function problemWith(passphrase: string, again: string | null): Problem | null {
  if (again === null) {
    return passphrase === "" ? { field: "passphrase", text: "Write the passphrase first." } : null;
  }
  if ([...passphrase].length < SHORTEST) {
    return { field: "passphrase", text: `Use at least ${SHORTEST} characters.` };
  }
  return again === passphrase
    ? null
    : { field: "again", text: "The two are not the same. Write it again." };
}

function useUnlock({ exists, own, onUnlocked }: PassphraseFormProps) {
  const isNew = !exists;
  const client = useQueryClient();
  const [passphrase, setPassphrase] = useState("");
  const [again, setAgain] = useState("");
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);

  const send = async () => {
    setBusy(true);
    try {
      const keys = await (own ? api.unlockOwnKeys : api.unlockKeys)(passphrase);
      client.setQueryData((own ? ownKeysQuery : keysQuery).queryKey, keys);
      // They are the same where the window talks to this machine.
      void client.invalidateQueries({ queryKey: (own ? keysQuery : ownKeysQuery).queryKey });
      setPassphrase("");
      setAgain("");
      refreshModels(client);
      onUnlocked?.();
    } catch (cause) {
      const { message, nextStep } = describeError(cause);
      const text = nextStep === null ? message : `${message} ${nextStep}`;
      setProblem({ field: "passphrase", text });
    } finally {
      setBusy(false);
    }
  };
  const submit = (): Problem | null => {
    if (busy) return null;
    const found = problemWith(passphrase, isNew ? again : null);
    setProblem(found);
    if (found === null) void send();
    return found;
  };
  return { passphrase, setPassphrase, again, setAgain, problem, busy, submit };
}

interface PassphraseFormProps {
  /** Whether the file is there already; otherwise the passphrase is new and asked for twice. */
  exists: boolean;
  /** Whether it is this machine's, whichever backend the window talks to. */
  own: boolean;
  /** Called when the file is open. */
  onUnlocked?: () => void;
}

/** The form. */
function PassphraseForm(props: PassphraseFormProps) {
  const { exists } = props;
  const { passphrase, setPassphrase, again, setAgain, problem, busy, submit } = useUnlock(props);
  const first = useRef<HTMLInputElement>(null);
  const second = useRef<HTMLInputElement>(null);
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    const found = submit();
    if (found !== null) (found.field === "again" ? second : first).current?.focus();
  };
  return (
    <form onSubmit={onSubmit} className="flex max-w-100 flex-col gap-3">
      <TextField
        ref={first}
        type="password"
        label={exists ? "Passphrase of the file of keys" : "New passphrase"}
        autoComplete={exists ? "current-password" : "new-password"}
        value={passphrase}
        {...(exists
          ? {}
          : {
              hint: `At least ${SHORTEST} characters. Without it the keys can't be read again, and it can't be recovered.`,
            })}
        error={problem?.field === "passphrase" ? problem.text : null}
        onChange={(event) => setPassphrase(event.target.value)}
      />
      {exists ? null : (
        <TextField
          ref={second}
          type="password"
          label="The same once more"
          autoComplete="new-password"
          value={again}
          error={problem?.field === "again" ? problem.text : null}
          onChange={(event) => setAgain(event.target.value)}
        />
      )}
      <div>
        <Button type="submit" variant="primary" busy={busy}>
          {exists ? "Unlock" : "Create"}
        </Button>
      </div>
    </form>
  );
}

/** The form that fits how keys are kept now; nothing while that is not known, or where nothing is locked. */
export function UnlockKeys({
  own = false,
  onUnlocked,
}: {
  own?: boolean;
  onUnlocked?: () => void;
}) {
  const { data: keys } = useQuery(own ? ownKeysQuery : keysQuery);
  if (keys === undefined || keys.place !== "file") return null;
  if (keys.exists && !keys.locked) return null;
  return (
    <PassphraseForm
      key={String(keys.exists)}
      exists={keys.exists}
      own={own}
      {...(onUnlocked === undefined ? {} : { onUnlocked })}
    />
  );
}
