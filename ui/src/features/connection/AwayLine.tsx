/**
 * One calm line above every screen while a server can't be reached: that what is seen is the last known state, and from
 * when. Under it, what waits to be sent; after reconnecting, what became of it.
 */
import { CloudOff, Send } from "lucide-react";
import { type ReactNode, useId, useState } from "react";
import { closeSent, sendOutbox } from "@/host";
import { switchTo } from "@/shared/backends/switching";
import { formatTime, plural } from "@/shared/lib/format";
import {
  type ConnectionStatus,
  type Sent,
  useConnectionStore,
  useOutboxStore,
  useServer,
  type Waiting,
} from "@/stores";
import { SentList, WaitingList } from "./Outbox";

const QUIET_BUTTON =
  "rounded-sm px-1 font-medium text-accent underline underline-offset-2 hover:text-ink";

const clockTime = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });

/** Why it is not connected. Where the server or the keys said no, in their words. */
function whyWords(name: string, { code, error }: ConnectionStatus): string {
  const said = code === "keys_locked" || code === "unauthorized" || code === "forbidden";
  return said && error !== null ? error : `${name} can't be reached.`;
}

/** What is on the screen, in words. */
function StateWords({ name, status }: { name: string; status: ConnectionStatus }) {
  const { lastContactAt } = status;
  return (
    <>
      {whyWords(name, status)}{" "}
      {lastContactAt === null ? (
        "Nothing of it is shown yet."
      ) : (
        <>
          You see the last known state, of{" "}
          <time dateTime={new Date(lastContactAt).toISOString()} title={formatTime(lastContactAt)}>
            {clockTime.format(lastContactAt)}
          </time>
          .
        </>
      )}
    </>
  );
}

/** What became of what was sent, in few words. */
function sentWords(sent: readonly Sent[]): string {
  const refused = sent.filter(({ refusal }) => refusal !== null).length;
  const done = sent.length - refused;
  if (refused === 0) return `${done} sent after reconnecting`;
  return done === 0
    ? `${refused} refused after reconnecting`
    : `${done} sent, ${refused} refused after reconnecting`;
}

/** The number that opens the list, and the list. */
function Line({
  away,
  waiting,
  sent,
}: {
  away: ReactNode;
  waiting: readonly Waiting[];
  sent: readonly Sent[];
}) {
  const [open, setOpen] = useState(false);
  const sending = useOutboxStore((state) => state.sending !== null);
  const listId = useId();
  const total = waiting.length + sent.length;
  // What was refused is not to be overlooked.
  const shown = total > 0 && (open || sent.some(({ refusal }) => refusal !== null));
  return (
    <section aria-label="Connection" className="border-b border-line bg-rail text-note text-ink-2">
      <div className="flex min-h-8 items-center gap-2 px-4 py-1">
        {away === null ? (
          <Send className="size-3.5 shrink-0 text-ink-3" aria-hidden="true" />
        ) : (
          <CloudOff className="size-3.5 shrink-0 text-ink-3" aria-hidden="true" />
        )}
        <p role="status" className="tabular min-w-0 flex-1">
          {away ??
            (waiting.length === 0
              ? sentWords(sent)
              : sending
                ? "What waited is being sent"
                : "Not everything could be sent")}
        </p>
        {total === 0 ? null : (
          <button
            type="button"
            aria-expanded={shown}
            aria-controls={listId}
            className={QUIET_BUTTON}
            onClick={() => setOpen(!shown)}
          >
            {waiting.length > 0
              ? `${waiting.length} ${waiting.length === 1 ? "waits" : "wait"} to be sent`
              : plural(sent.length, "result")}
          </button>
        )}
        {sent.length > 0 && waiting.length === 0 ? (
          <button type="button" className={QUIET_BUTTON} onClick={closeSent}>
            Close
          </button>
        ) : null}
        {away === null && waiting.length > 0 && !sending ? (
          <button type="button" className={QUIET_BUTTON} onClick={() => void sendOutbox()}>
            Send now
          </button>
        ) : null}
        {away === null ? null : (
          <button type="button" className={QUIET_BUTTON} onClick={() => void switchTo(null)}>
            Work on this machine
          </button>
        )}
      </div>
      {shown ? (
        <div id={listId} className="max-h-[30vh] overflow-y-auto px-4 pb-2">
          <WaitingList waiting={waiting} />
          <SentList sent={sent} />
        </div>
      ) : null}
    </section>
  );
}

/** The line, where there is something to say. */
export function AwayLine() {
  const server = useServer();
  const status = useConnectionStore((state) => state.status);
  const waiting = useOutboxStore((state) => state.waiting);
  const sent = useOutboxStore((state) => state.sent);
  if (server === null) return null;
  const first = status.state === "connecting" && status.lastContactAt === null;
  const away = !status.connected && !first;
  if (!away && sent.length + waiting.length === 0) return null;
  return (
    <Line
      away={away ? <StateWords name={server.name} status={status} /> : null}
      waiting={waiting}
      sent={sent}
    />
  );
}
