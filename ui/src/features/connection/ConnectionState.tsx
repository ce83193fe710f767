/** How the window stands with its backend: shape and word, and a way to try again. */
import { connection } from "@/host";
import { useNow } from "@/shared/hooks/useNow";
import { cx } from "@/shared/lib/cx";
import { type ConnectionStatus, useConnectionStore } from "@/stores";

/** The word for a backend: `Local`, or the server's name. */
function backendName(backend: string): string {
  return backend === "local" ? "Local" : backend;
}

/** What a status says. `now` is for the countdown to the next attempt. */
function connectionWords(status: ConnectionStatus, backend: string, now: number): string {
  switch (status.state) {
    case "connected":
      return backendName(backend);
    case "connecting":
      return "Connecting";
    case "reconnecting":
      return status.nextAttemptAt === null
        ? `Reconnecting, attempt ${status.attempt} of ${status.maxAttempts}`
        : `Not connected. Attempt ${status.attempt} of ${status.maxAttempts} in ${Math.max(1, Math.ceil((status.nextAttemptAt - now) / 1000))} s`;
    case "disconnected":
      return "Not connected";
    case "failed":
      return "Could not connect";
  }
}

export function ConnectionState({ backend }: { backend: string }) {
  const status = useConnectionStore((state) => state.status);
  const now = useNow(status.nextAttemptAt !== null);
  const quiet = status.connected || status.state === "connecting";
  return (
    <span className="flex items-center gap-2">
      <span
        role="status"
        className={cx("flex items-center gap-1.5", !quiet && "font-medium text-bad")}
        title={status.error ?? undefined}
      >
        <Light on={status.connected} broken={!quiet} />
        {connectionWords(status, backend, now)}
      </span>
      {quiet ? null : (
        <button
          type="button"
          className="rounded-sm font-medium text-accent underline underline-offset-2"
          onClick={() => connection.reconnect()}
        >
          Reconnect
        </button>
      )}
    </span>
  );
}

/** A full disc when connected, a ring on the way, a struck ring when broken. */
function Light({ on, broken }: { on: boolean; broken: boolean }) {
  return (
    <svg viewBox="0 0 10 10" className={cx("size-2.5", on && "text-ok")} aria-hidden="true">
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
