/** One backend in the list: what it is called, where it is, how it stands, and what can be done with it. */
import { useMutation } from "@tanstack/react-query";
import { Laptop, type LucideIcon, Server } from "lucide-react";
import { type ReactNode, useId, useState } from "react";
import type { SavedBackend } from "@/bindings/bindings";
import { api } from "@/host";
import { switchTo } from "@/shared/backends/switching";
import { Button } from "@/shared/ui/Button";
import { TimeAgo } from "@/shared/ui/TimeAgo";
import { useBackendStore, useConnectionStore } from "@/stores";
import { RemoveServer } from "./RemoveServer";
import { RenameServer } from "./RenameServer";
import { ServerCheck } from "./ServerCheck";

/** How a backend stands. */
function State({ chosen, lastSeen }: { chosen: boolean; lastSeen: number | null }) {
  const connected = useConnectionStore((state) => state.status.connected);
  if (chosen) {
    return connected ? (
      <span className="text-ok">In use, connected</span>
    ) : (
      <span className="text-bad">In use, not connected</span>
    );
  }
  return lastSeen === null ? (
    <span>Not used yet</span>
  ) : (
    <span>
      Last seen <TimeAgo at={lastSeen} />
    </span>
  );
}

interface RowProps {
  name: string;
  icon: LucideIcon;
  state: ReactNode;
  about: ReactNode;
  actions: ReactNode;
  children?: ReactNode;
}

function Row({ name, icon: Icon, state, about, actions, children }: RowProps) {
  const id = useId();
  return (
    <article aria-labelledby={id} className="border-t border-line py-3">
      <div className="flex flex-wrap items-start gap-x-4 gap-y-2">
        <div className="flex min-w-60 flex-1 gap-3">
          <Icon className="mt-0.5 size-4 shrink-0 text-ink-3" aria-hidden="true" />
          <div className="min-w-0">
            <h3 className="flex flex-wrap items-baseline gap-x-2">
              <span id={id} className="font-semibold break-words text-ink select-text">
                {name}
              </span>
              <span className="text-note text-ink-2">{state}</span>
            </h3>
            {about}
          </div>
        </div>
        <div className="flex gap-1.5">{actions}</div>
      </div>
      {children}
    </article>
  );
}

function SwitchButton({ id, name }: { id: string | null; name: string }) {
  const [busy, setBusy] = useState(false);
  return (
    <Button
      small
      busy={busy}
      aria-label={`Work on it: ${name}`}
      onClick={() => {
        setBusy(true);
        void switchTo(id).finally(() => setBusy(false));
      }}
    >
      Work on it
    </Button>
  );
}

/** The backend in this process. */
export function ThisMachine() {
  const chosen = useBackendStore((state) => state.chosen === null);
  return (
    <Row
      name="This machine"
      icon={Laptop}
      state={chosen ? <State chosen lastSeen={null} /> : "Goes on beside it"}
      about={<p className="text-note text-ink-2">The backend inside this application.</p>}
      actions={chosen ? null : <SwitchButton id={null} name="this machine" />}
    />
  );
}

function About({ backend: { address, fingerprint, looks_only } }: { backend: SavedBackend }) {
  return (
    <>
      <p className="font-mono text-note break-all text-ink-2 select-text">{address}</p>
      {fingerprint === null ? (
        <p className="text-note text-ink-2">Without encryption, which is only for this machine.</p>
      ) : (
        <details className="text-note text-ink-2">
          <summary className="w-fit cursor-pointer rounded-sm hover:text-ink">
            Certificate <span className="font-mono">{fingerprint.slice(0, 14)}…</span>
          </summary>
          <p className="font-mono break-all select-text">{fingerprint}</p>
        </details>
      )}
      {looks_only ? (
        <p className="text-note text-ink-2">The window may look and change nothing.</p>
      ) : null}
    </>
  );
}

/** A server. */
export function ServerItem({
  backend,
  onPairAgain,
}: {
  backend: SavedBackend;
  onPairAgain: () => void;
}) {
  const { id, name, last_seen } = backend;
  const chosen = useBackendStore((state) => state.chosen === id);
  const [open, setOpen] = useState<"rename" | "remove" | null>(null);
  const test = useMutation({ mutationFn: () => api.testBackend(id) });
  const close = () => setOpen(null);
  return (
    <Row
      name={name}
      icon={Server}
      state={<State chosen={chosen} lastSeen={last_seen} />}
      about={<About backend={backend} />}
      actions={
        <>
          {chosen ? null : <SwitchButton id={id} name={name} />}
          <Button
            small
            aria-label={`Test ${name}`}
            busy={test.isPending}
            onClick={() => test.mutate()}
          >
            Test
          </Button>
          <Button
            small
            variant="quiet"
            aria-label={`Rename ${name}`}
            onClick={() => setOpen("rename")}
          >
            Rename
          </Button>
          <Button
            small
            variant="quiet"
            aria-label={`Remove ${name}`}
            onClick={() => setOpen("remove")}
          >
            Remove
          </Button>
        </>
      }
    >
      <ServerCheck name={name} check={test.data} error={test.error} onPairAgain={onPairAgain} />
      {open === "rename" ? <RenameServer backend={backend} onClose={close} /> : null}
      {open === "remove" ? <RemoveServer backend={backend} onClose={close} /> : null}
    </Row>
  );
}
