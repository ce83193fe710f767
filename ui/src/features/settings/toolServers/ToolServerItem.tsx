/** One tool server: where it is, how it stands, what can be done with it, and what it offers. */
import { Globe, Terminal } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import type { ToolServerView } from "@/bindings/bindings";
import { describeError } from "@/host";
import { placeText } from "@/shared/lib/command";
import { plural } from "@/shared/lib/format";
import { Button } from "@/shared/ui/Button";
import { Dialog } from "@/shared/ui/Dialog";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";
import { ServerContents } from "./ServerContents";
import { ServerLog } from "./ServerLog";
import { useContents, useRemoveToolServer, useTest } from "./toolServerQueries";
import { givenWords } from "./toolServerWords";

function State({ server }: { server: ToolServerView }) {
  if (server.connected_since !== null) return <span className="text-note text-ok">Connected</span>;
  if (server.problem !== null) return <span className="text-note text-bad">Does not work</span>;
  return <span className="text-note text-ink-3">Not running</span>;
}

function About({ server }: { server: ToolServerView }) {
  const { place, allowed } = server;
  const given = givenWords(server);
  return (
    <>
      <p className="font-mono text-note break-all text-ink-2 select-text">{placeText(place)}</p>
      {place.kind === "program" && place.folder !== null ? (
        <p className="text-note break-all text-ink-2">
          In <span className="font-mono select-text">{place.folder}</span>
        </p>
      ) : null}
      {given === null ? null : <p className="text-note break-words text-ink-2">{given}</p>}
      {allowed === 0 ? null : (
        <p className="text-note text-ink-3">{plural(allowed, "tool")} allowed</p>
      )}
    </>
  );
}

function RemoveDialog({
  server,
  open,
  onClose,
  onRemove,
}: Record<"onClose" | "onRemove", () => void> & { server: ToolServerView; open: boolean }) {
  const { name, place, given, allowed } = server;
  const lost = [
    place.kind === "program" ? "Its command" : "Its address",
    ...(given.length === 0 ? [] : ["what it is given"]),
    ...(allowed === 0 ? [] : [`the permission for ${plural(allowed, "tool")}`]),
  ];
  const last = lost.pop() ?? "";
  const words = lost.length === 0 ? `${last} is` : `${lost.join(", ")} and ${last} are`;
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={`Remove ${name}?`}
      description={`${words} forgotten. ${place.kind === "program" ? "If the program runs, it is ended." : "The connection is ended."}`}
      actions={
        <>
          <Button variant="danger" onClick={onRemove}>
            Remove
          </Button>
          <Button onClick={onClose}>Keep it</Button>
        </>
      }
    />
  );
}

/** What it wrote, once somebody asks. */
function Wrote({ id }: { id: number }) {
  const [open, setOpen] = useState(false);
  return (
    <div className="mt-2">
      <Button small variant="quiet" aria-expanded={open} onClick={() => setOpen(!open)}>
        What it wrote
      </Button>
      {open ? (
        <div className="mt-1.5">
          <ServerLog id={id} />
        </div>
      ) : null}
    </div>
  );
}

/** What the last test found, or why there is nothing to see. */
function Inside({ server, test }: { server: ToolServerView; test: ReturnType<typeof useTest> }) {
  const contents = useContents(server);
  if (test.isPending) {
    return (
      <p role="status" className="mt-2 text-ink-2">
        {server.place.kind === "program"
          ? "Starting it. A program may have to be fetched first."
          : "Connecting to it."}
      </p>
    );
  }
  const error = test.error ?? contents.error;
  const problem = error === null ? server.problem : null;
  if (error !== null || problem !== null) {
    const told = error === null ? { message: problem ?? "" } : describeError(error);
    return (
      <>
        <ErrorNotice title={`${server.name} does not work.`} {...told} className="mt-2" />
        <Wrote id={server.id} />
      </>
    );
  }
  return contents.data === undefined ? null : <ServerContents contents={contents.data} />;
}

interface Props {
  server: ToolServerView;
  /** Whether its form was closed just now: then the focus comes back to it, and it is tested. */
  returned: "saved" | "cancelled" | null;
  onEdit: () => void;
}

/** The server in the list. */
export function ToolServerItem({ server, returned, onEdit }: Props) {
  const first = useRef<HTMLButtonElement>(null);
  const test = useTest(server.id);
  const { mutate } = test;
  useEffect(() => {
    if (returned !== null) first.current?.focus();
    if (returned === "saved") mutate();
  }, [returned, mutate]);
  const remove = useRemoveToolServer();
  const [asking, setAsking] = useState(false);
  const { id, name, place } = server;
  const Icon = place.kind === "program" ? Terminal : Globe;
  return (
    <article aria-label={name} className="border-t border-line py-3">
      <div className="flex flex-wrap items-start gap-x-4 gap-y-2">
        <div className="flex min-w-60 flex-1 gap-3">
          <Icon className="mt-0.5 size-4 shrink-0 text-ink-3" aria-hidden="true" />
          <div className="min-w-0">
            <h3 className="flex flex-wrap items-baseline gap-x-2">
              <span className="font-semibold text-ink select-text">{name}</span>
              <State server={server} />
            </h3>
            <About server={server} />
          </div>
        </div>
        <div className="flex gap-1.5">
          <Button
            ref={first}
            small
            aria-label={`Test ${name}`}
            busy={test.isPending}
            onClick={() => mutate()}
          >
            Test
          </Button>
          <Button small variant="quiet" aria-label={`Edit ${name}`} onClick={onEdit}>
            Edit
          </Button>
          <Button
            small
            variant="quiet"
            aria-label={`Remove ${name}`}
            busy={remove.isPending}
            onClick={() => setAsking(true)}
          >
            Remove
          </Button>
        </div>
      </div>
      {remove.error === null ? null : (
        <ErrorNotice
          title={`${name} was not removed.`}
          {...describeError(remove.error)}
          className="mt-2"
        />
      )}
      <Inside server={server} test={test} />
      <RemoveDialog
        server={server}
        open={asking}
        onClose={() => setAsking(false)}
        onRemove={() => {
          setAsking(false);
          remove.mutate(id);
        }}
      />
    </article>
  );
}
