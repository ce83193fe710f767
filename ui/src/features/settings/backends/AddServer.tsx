/** Pairs the window with a server: where it is, the code that it shows, and what it is to be called. */
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { api, toHostError } from "@/host";
import { UnlockKeys } from "@/shared/keys/UnlockKeys";
import { ownKeysQuery } from "@/shared/queries";
import { Button } from "@/shared/ui/Button";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";
import { TextField } from "@/shared/ui/TextField";

type FieldName = "address" | "code" | "name";
const FIELDS: readonly FieldName[] = ["address", "code", "name"];

interface Problem {
  /** Null where it concerns the whole. */
  field: FieldName | null;
  message: string;
  nextStep: string | null;
}

function problemOf(cause: unknown): Problem {
  const { message, details } = toHostError(cause);
  const field = FIELDS.find((name) => name === details.field) ?? null;
  return { field, message, nextStep: details.next_step };
}

/** What can be said before anybody is asked. */
function missing(typed: Record<FieldName, string>): Problem | null {
  const wants = (field: FieldName, message: string) => ({ field, message, nextStep: null });
  if (typed.address.trim() === "") return wants("address", "Write the address of the server.");
  if (typed.code.trim() === "") return wants("code", "Write the code that the server shows.");
  return null;
}

function usePairing(address: string, onDone: () => void) {
  const [typed, setTyped] = useState<Record<FieldName, string>>({ address, code: "", name: "" });
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  const send = async () => {
    const wrong = missing(typed);
    setProblem(wrong);
    if (busy || wrong !== null) return;
    setBusy(true);
    try {
      await api.pairBackend(typed);
      onDone();
    } catch (cause) {
      setProblem(problemOf(cause));
    } finally {
      setBusy(false);
    }
  };
  const field = (name: FieldName) => ({
    value: typed[name],
    error:
      problem?.field === name
        ? [problem.message, problem.nextStep].filter(Boolean).join(" ")
        : null,
    spellCheck: false,
    autoComplete: "off",
    onChange: (event: { target: { value: string } }) => {
      setTyped({ ...typed, [name]: event.target.value });
      setProblem(null);
    },
  });
  return { field, problem, busy, send };
}

interface Props {
  /** What the address begins as. */
  address: string;
  /** Whether there is no server yet, so that the form is always there. */
  first: boolean;
  onClose: () => void;
}

/** The form, with what it takes to keep a token under it. */
export function AddServer({ address, first, onClose }: Props) {
  const { field, problem, busy, send } = usePairing(address, onClose);
  const { data: keys } = useQuery(ownKeysQuery);
  const keysClosed = keys?.place === "file" && (keys.locked || !keys.exists);
  const title = address === "" ? "Add a server" : "Pair again";
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    void send();
  };
  return (
    <section aria-label={title} className="mt-3 border-l-2 border-accent py-1 pl-4">
      <h3 className="mb-3 font-semibold">{title}</h3>
      {keysClosed ? (
        <div className="mb-4">
          <p className="mb-2 max-w-[64ch] text-ink-2">
            The server's token is kept with the keys of this machine, in a file with a passphrase.
            {keys.exists ? " Unlock it first." : " Make it first."}
          </p>
          <UnlockKeys own />
        </div>
      ) : null}
      <form noValidate onSubmit={onSubmit} className="flex max-w-120 flex-col gap-3">
        <TextField
          label="Address"
          placeholder="https://server.example:7431"
          hint="As the server shows it when it starts."
          autoFocus={!first && !keysClosed}
          {...field("address")}
        />
        <TextField
          label="Pairing code"
          className="font-mono"
          hint="The server shows one when it starts for the first time, and whenever wheelhouse-server pair is run there. It is good once, for ten minutes, and also proves which server answers."
          {...field("code")}
        />
        <TextField
          label="Name (may be left empty)"
          hint="What you call it. Left empty, it is what it calls itself."
          {...field("name")}
        />
        {problem !== null && problem.field === null ? (
          <ErrorNotice title="The server was not added." {...problem} />
        ) : null}
        <div className="mt-1 flex gap-2">
          <Button type="submit" variant="primary" busy={busy} disabled={keysClosed}>
            Pair
          </Button>
          {first ? null : <Button onClick={onClose}>Cancel</Button>}
        </div>
      </form>
    </section>
  );
}
