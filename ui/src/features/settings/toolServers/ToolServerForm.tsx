/** The form of one tool server: name, where it is, what it is given. */
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useId } from "react";
import type { ToolServerView } from "@/bindings/bindings";
import { UnlockKeys } from "@/shared/keys/UnlockKeys";
import { placeText } from "@/shared/lib/command";
import { keysQuery } from "@/shared/queries";
import { Button } from "@/shared/ui/Button";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";
import { Select } from "@/shared/ui/Select";
import { TextField } from "@/shared/ui/TextField";
import { GivenFields } from "./GivenFields";
import { toServerName } from "./toolServerWords";
import { type FormProblem, useToolServerForm } from "./useToolServerForm";

const KINDS = [
  { value: "program", label: "A program" },
  { value: "address", label: "An address" },
] as const;

const wordsFor = (problem: FormProblem | null, field: FormProblem["field"]) =>
  problem === null || problem.field !== field
    ? null
    : [problem.message, problem.nextStep].filter(Boolean).join(" ");

interface Props {
  /** The server as it is kept; none for a new one. */
  server: ToolServerView | null;
  /** It is kept now, although a value of it may still be refused. */
  onKept: (id: number) => void;
  /** Called with the number of the saved server, or null where nothing was saved. */
  onClose: (saved: number | null) => void;
}

type Form = ReturnType<typeof useToolServerForm>;

/** Where it is. */
function PlaceFields({ form: { fields, change, problem } }: { form: Form }) {
  if (fields.kind === "address") {
    return (
      <TextField
        label="Address"
        className="font-mono"
        placeholder="https://mcp.example.com/mcp"
        hint="It begins with https://, or with http:// on this machine. Redirects are not followed."
        spellCheck={false}
        autoComplete="off"
        value={fields.url}
        error={wordsFor(problem, "url")}
        onChange={(event) => change({ url: event.target.value })}
      />
    );
  }
  return (
    <>
      <TextField
        label="Command"
        className="font-mono"
        placeholder="npx -y @modelcontextprotocol/server-memory"
        hint="As one types it. No shell reads it: quotes keep words together, and nothing else means anything."
        spellCheck={false}
        autoComplete="off"
        value={fields.command}
        error={wordsFor(problem, "command")}
        onChange={(event) => change({ command: event.target.value })}
      />
      <TextField
        label="Folder (may be left empty)"
        className="font-mono"
        hint="Where it is started. Left empty, it is the home folder."
        spellCheck={false}
        autoComplete="off"
        value={fields.folder}
        error={wordsFor(problem, "folder")}
        onChange={(event) => change({ folder: event.target.value })}
      />
    </>
  );
}

/** What goes with another place. */
function movedWords(server: ToolServerView | null, { fields }: Form): string | null {
  if (server === null || server.allowed === 0) return null;
  const now = fields.kind === "program" ? fields.command.trim() : fields.url.trim();
  const folder = server.place.kind === "program" ? (server.place.folder ?? "") : "";
  const same =
    fields.kind === server.place.kind &&
    now === placeText(server.place) &&
    fields.folder.trim() === folder;
  return same ? null : "Elsewhere it counts as another server: none of its tools is allowed then.";
}

/** The form, with what it takes to keep values under it. */
export function ToolServerForm({ server, onKept, onClose }: Props) {
  const formId = useId();
  const { data: keys } = useQuery(keysQuery);
  const form = useToolServerForm(server, { onKept, onDone: onClose });
  const { fields, change, problem } = form;
  const title = server === null ? "New tool server" : `Edit ${server.name}`;
  const closed = keys?.place === "file" && (keys.locked || !keys.exists);
  const moved = movedWords(server, form);
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    void form.save();
  };
  return (
    <section aria-label={title} className="mb-3 border-l-2 border-accent py-1 pl-4">
      <h3 className="mb-3 font-semibold">{title}</h3>
      <form id={formId} noValidate onSubmit={onSubmit} className="flex max-w-130 flex-col gap-3">
        <div className="flex items-start gap-3">
          <div className="min-w-0 flex-1">
            <TextField
              label="Name"
              hint="Its tools are called by it."
              autoFocus
              spellCheck={false}
              autoComplete="off"
              value={fields.name}
              error={wordsFor(problem, "name")}
              onChange={(event) => change({ name: toServerName(event.target.value) })}
            />
          </div>
          <div className="flex w-44 flex-col gap-1">
            <span className="text-note font-medium text-ink-2" aria-hidden="true">
              It is
            </span>
            <Select
              label="It is"
              value={fields.kind}
              options={KINDS}
              onChange={(kind) => change({ kind })}
            />
          </div>
        </div>
        <PlaceFields form={form} />
        {moved === null ? null : <p className="text-note text-ink-2">{moved}</p>}
        <GivenFields
          kind={fields.kind}
          given={fields.given}
          closed={closed}
          problem={wordsFor(problem, "given")}
          onChange={(given) => change({ given })}
        />
      </form>
      {closed && fields.given.length > 0 ? (
        <div className="mt-3 border-l border-line pl-4">
          <UnlockKeys />
        </div>
      ) : null}
      {problem !== null && problem.field === null ? (
        <ErrorNotice
          title="Not everything was kept."
          message={problem.message}
          nextStep={problem.nextStep}
          className="mt-3"
        />
      ) : null}
      <div className="mt-4 flex gap-2">
        <Button type="submit" form={formId} variant="primary" busy={form.busy}>
          Save and test
        </Button>
        <Button onClick={() => onClose(null)}>Cancel</Button>
      </div>
    </section>
  );
}
