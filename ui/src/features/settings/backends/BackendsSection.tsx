/** The backends that the window can work on: this machine, and the servers that it was paired with. */
import { Plus, Server } from "lucide-react";
import { useState } from "react";
import { Button } from "@/shared/ui/Button";
import { useBackendStore } from "@/stores";
import { Part } from "../Part";
import { AddServer } from "./AddServer";
import { ServerItem, ThisMachine } from "./BackendItem";

const LEAD =
  "The window shows and steers one backend at a time. What runs on the others goes on meanwhile.";

/** What a server is for, where there is none yet. */
function WhatFor() {
  return (
    <div className="mb-5 flex gap-3 border-t border-line pt-4">
      <Server className="mt-0.5 size-4 shrink-0 text-ink-3" aria-hidden="true" />
      <p className="max-w-[64ch] text-ink-2">
        A server runs your crew on another machine, also while this one is off or the window is
        closed. Start one there with{" "}
        <code className="rounded-sm bg-hover px-1 font-mono text-note text-ink">npm run serve</code>
        ; it shows its address and a pairing code.
      </p>
    </div>
  );
}

/** What the form is open for. */
type Adding = { address: string } | null;

/** The section. */
export function BackendsSection() {
  const backends = useBackendStore((state) => state.backends);
  const [adding, setAdding] = useState<Adding>(null);
  const [closed, setClosed] = useState(false);
  const none = backends.length === 0;
  const form = none ? { address: "" } : adding;
  return (
    <Part
      title="Backends"
      lead={LEAD}
      aside={
        none || adding !== null ? null : (
          <Button
            icon={<Plus className="size-3.5" />}
            // Whoever closed the form is where it was opened.
            autoFocus={closed}
            onClick={() => setAdding({ address: "" })}
          >
            Add a server
          </Button>
        )
      }
    >
      <ThisMachine />
      {backends.map((backend) => (
        <ServerItem
          key={backend.id}
          backend={backend}
          onPairAgain={() => setAdding({ address: backend.address })}
        />
      ))}
      {none ? <WhatFor /> : null}
      {form === null ? null : (
        <AddServer
          key={form.address}
          address={form.address}
          first={none}
          onClose={() => {
            setClosed(true);
            setAdding(null);
          }}
        />
      )}
    </Part>
  );
}
