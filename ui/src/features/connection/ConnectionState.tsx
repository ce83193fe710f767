/** How the window stands with its backend: shape and word, a menu to go to another one, and a way to try again. */
import { useNavigate } from "@tanstack/react-router";
import { ChevronsUpDown } from "lucide-react";
import { connection, HostError } from "@/host";
import { askForKeys, switchTo } from "@/shared/backends/switching";
import { useNow } from "@/shared/hooks/useNow";
import { cx } from "@/shared/lib/cx";
import { Menu, type MenuGroup } from "@/shared/ui/Menu";
import { type ConnectionStatus, useBackendStore, useConnectionStore, useServer } from "@/stores";

const LINK = "ml-2 rounded-sm font-medium text-accent underline underline-offset-2";

/** What a status says beside the backend's name; nothing where all is well. `now` is for the countdown. */
function connectionWords(status: ConnectionStatus, now: number): string {
  switch (status.state) {
    case "connected":
      return "";
    case "connecting":
      return "Connecting";
    case "reconnecting":
      return status.nextAttemptAt === null
        ? `Reconnecting, attempt ${status.attempt} of ${status.maxAttempts}`
        : `Not connected. Attempt ${status.attempt} of ${status.maxAttempts} in ${Math.max(1, Math.ceil((status.nextAttemptAt - now) / 1000))} s`;
    case "disconnected":
      return "Not connected";
    case "failed":
      return status.code === "keys_locked" ? "Locked" : "Could not connect";
  }
}

/** This machine and the servers, with the way to the list of them. */
function useBackendsMenu(): MenuGroup[] {
  const navigate = useNavigate();
  const { chosen, backends } = useBackendStore();
  const item = (id: string | null, label: string) => ({
    key: id ?? "local",
    label,
    ...(id === chosen ? { note: "in use" } : {}),
    onSelect: () => (id === chosen ? undefined : void switchTo(id)),
  });
  return [
    {
      heading: "Work on",
      items: [item(null, "This machine"), ...backends.map(({ id, name }) => item(id, name))],
    },
    {
      heading: "Servers",
      items: [
        {
          key: "manage",
          label: backends.length === 0 ? "Add a server…" : "Manage servers…",
          onSelect: () =>
            void navigate({ to: "/settings/$section", params: { section: "backends" } }),
        },
      ],
    },
  ];
}

/** The way on from a connection that does not come by itself. */
function NextStep({ status }: { status: ConnectionStatus }) {
  const { code, error } = status;
  if (code === "keys_locked") {
    const details = { field: null, next_step: null };
    return (
      <button
        type="button"
        className={LINK}
        onClick={() => askForKeys(new HostError({ code, message: error ?? "", details }))}
      >
        Unlock
      </button>
    );
  }
  return (
    <button type="button" className={LINK} onClick={() => connection.reconnect()}>
      Reconnect
    </button>
  );
}

/** The part of the frame. */
export function ConnectionState() {
  const status = useConnectionStore((state) => state.status);
  const name = useServer()?.name ?? "Local";
  const groups = useBackendsMenu();
  // What the hook gave last may be older than the wait that began just now.
  const now = Math.max(useNow(status.nextAttemptAt !== null), Date.now());
  const quiet = status.connected || status.state === "connecting";
  return (
    <span className="flex items-center">
      <Menu
        start
        groups={groups}
        trigger={
          <button
            type="button"
            title="Which backend this window works on"
            className="-ml-1 flex h-5 items-center gap-1.5 rounded-sm px-1 hover:bg-hover hover:text-ink"
          >
            <Light on={status.connected} broken={!quiet} />
            <span className="max-w-40 truncate">{name}</span>
            <ChevronsUpDown className="size-3 text-ink-3" aria-hidden="true" />
          </button>
        }
      />
      <span
        role="status"
        className={cx("not-empty:ml-2", !quiet && "font-medium text-bad")}
        title={status.error ?? undefined}
      >
        {connectionWords(status, now)}
      </span>
      {quiet ? null : <NextStep status={status} />}
    </span>
  );
}

/** A full disc when connected, a ring on the way, a struck ring when broken. */
function Light({ on, broken }: { on: boolean; broken: boolean }) {
  return (
    <svg
      viewBox="0 0 10 10"
      className={cx("size-2.5", on && "text-ok", broken && "text-bad")}
      aria-hidden="true"
    >
      <circle
        cx="5"
        cy="5"
        r="3.75"
        fill={on ? "currentColor" : "none"}
        stroke="currentColor"
        strokeWidth="1.5"
      />
      {broken ? <path d="M2 8 8 2" stroke="currentColor" strokeWidth="1.5" /> : null}
    </svg>
  );
}
