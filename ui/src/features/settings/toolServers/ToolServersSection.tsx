/** Servers that give tools, by the Model Context Protocol. */
import { useQuery } from "@tanstack/react-query";
import { Plug, Plus } from "lucide-react";
import { useRef, useState } from "react";
import type { ToolServerView } from "@/bindings/bindings";
import { describeError } from "@/host";
import { toolServersQuery } from "@/shared/queries";
import { Button } from "@/shared/ui/Button";
import { EmptyState } from "@/shared/ui/EmptyState";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";
import { Skeleton } from "@/shared/ui/Skeleton";
import { Part } from "../Part";
import { ToolServerForm } from "./ToolServerForm";
import { ToolServerItem } from "./ToolServerItem";

const LEAD =
  "Programs and addresses that offer tools, by the Model Context Protocol. You allow each tool as it is described; when its description changes, it is not used any more until you allow it anew. Which agent has which tool is set in Agents.";

const LOOK_EVERY_MS = 5000;

function AddButton({ onAdd }: { onAdd: () => void }) {
  return (
    <Button icon={<Plus className="size-3.5" />} onClick={onAdd}>
      Add a tool server
    </Button>
  );
}

function Servers({ servers }: { servers: readonly ToolServerView[] }) {
  // A number is the server whose form is open; "new" is that of none yet.
  const [editing, setEditing] = useState<number | "new" | null>(null);
  // A new server with a refused value is kept already; it stays in its form until that is settled.
  const [kept, setKept] = useState<number | null>(null);
  const [returned, setReturned] = useState<{ id: number; how: "saved" | "cancelled" } | null>(null);
  // Where the focus goes when a form leaves and nothing stands in its place.
  const place = useRef<HTMLDivElement>(null);
  const close = (id: number | null, saved: number | null) => {
    setEditing(null);
    setKept(null);
    const back = saved ?? id;
    setReturned(back === null ? null : { id: back, how: saved === null ? "cancelled" : "saved" });
    if (back === null) place.current?.focus();
  };
  const edit = (id: number | "new") => {
    setReturned(null);
    setKept(null);
    setEditing(id);
  };
  const listed = editing === "new" ? servers.filter(({ id }) => id !== kept) : servers;
  const none = servers.length === 0 && editing === null;
  return (
    <Part
      title="Tool servers"
      lead={LEAD}
      aside={none || editing === "new" ? undefined : <AddButton onAdd={() => edit("new")} />}
    >
      <div ref={place} tabIndex={-1} className="outline-none" />
      {none ? (
        <div className="border-t border-line">
          <EmptyState
            icon={<Plug aria-hidden="true" />}
            title="No tool server yet"
            action={<AddButton onAdd={() => edit("new")} />}
          >
            Many are started with one command, others have an address. Add one to see what it offers
            before anything of it is allowed.
          </EmptyState>
        </div>
      ) : null}
      {editing === "new" ? (
        <ToolServerForm server={null} onKept={setKept} onClose={(saved) => close(kept, saved)} />
      ) : null}
      {listed.map((server) =>
        editing === server.id ? (
          <ToolServerForm
            key={server.id}
            server={server}
            onKept={() => {}}
            onClose={(saved) => close(server.id, saved)}
          />
        ) : (
          <ToolServerItem
            key={server.id}
            server={server}
            returned={returned?.id === server.id ? returned.how : null}
            onEdit={() => edit(server.id)}
          />
        ),
      )}
    </Part>
  );
}

/** The section. */
export function ToolServersSection() {
  // Whether one is connected changes by itself: programs end, and idle ones are ended.
  const servers = useQuery({ ...toolServersQuery, refetchInterval: LOOK_EVERY_MS });
  if (servers.data !== undefined) return <Servers servers={servers.data} />;
  return (
    <Part title="Tool servers" lead={LEAD}>
      {servers.error === null ? (
        <Skeleton rows={3} label="Loading tool servers" className="-mx-3" />
      ) : (
        <ErrorNotice
          title="The tool servers could not be read."
          {...describeError(servers.error)}
          action={<Button onClick={() => void servers.refetch()}>Try again</Button>}
        />
      )}
    </Part>
  );
}
