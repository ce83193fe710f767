/** What waits to be sent to a server, each of which can be taken back, and what became of what was sent. */
import { Link } from "@tanstack/react-router";
import { Check, CircleAlert, Clock } from "lucide-react";
import { takeBack } from "@/host";
import { Button } from "@/shared/ui/Button";
import { TimeAgo } from "@/shared/ui/TimeAgo";
import { type Sent, useOutboxStore, type Waiting } from "@/stores";

const ROW = "flex min-h-8 items-center gap-2.5 border-t border-line py-1";
const ICON = "size-3.5 shrink-0";

function WaitingRow({ waiting }: { waiting: Waiting }) {
  const sending = useOutboxStore((state) => state.sending === waiting.id);
  return (
    <li className={ROW}>
      <Clock className={`${ICON} text-ink-3`} aria-hidden="true" />
      <span className="line-clamp-2 min-w-0 flex-1 break-words text-ink" title={waiting.words}>
        {waiting.words}
      </span>
      {sending ? (
        <span>Being sent</span>
      ) : (
        <>
          <TimeAgo at={waiting.at} />
          <Button
            small
            variant="quiet"
            aria-label={`Take back: ${waiting.words}`}
            onClick={() => takeBack(waiting.id)}
          >
            Take back
          </Button>
        </>
      )}
    </li>
  );
}

/** What waits, in the order in which it is sent. */
export function WaitingList({ waiting }: { waiting: readonly Waiting[] }) {
  if (waiting.length === 0) return null;
  return (
    <ul aria-label="Waits to be sent">
      {waiting.map((each) => (
        <WaitingRow key={each.id} waiting={each} />
      ))}
    </ul>
  );
}

/** What was sent. */
export function SentList({ sent }: { sent: readonly Sent[] }) {
  if (sent.length === 0) return null;
  return (
    <ul aria-label="Was sent">
      {sent.map(({ id, words, refusal, workflow }) => (
        <li key={id} className={ROW}>
          {refusal === null ? (
            <Check className={`${ICON} text-ok`} aria-hidden="true" />
          ) : (
            <CircleAlert className={`${ICON} text-bad`} aria-hidden="true" />
          )}
          <span className="min-w-0 flex-1 break-words">
            <span className="line-clamp-2 text-ink" title={words}>
              {words}
            </span>
            {refusal === null ? null : <span className="block">Refused: {refusal}</span>}
          </span>
          {workflow === null ? null : (
            <Link
              to="/workflows/$id"
              params={{ id: String(workflow) }}
              className="text-accent underline underline-offset-2"
            >
              Open workflow {workflow}
            </Link>
          )}
        </li>
      ))}
    </ul>
  );
}
