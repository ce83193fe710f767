// The field for the next message. Enter sends, Shift and Enter make a new line, Esc stops a reply that is being made.

import { Paperclip, Square } from "lucide-react";
import { type FormEvent, type KeyboardEvent, useEffect, useRef } from "react";
import type { SentMessage } from "@/bindings/bindings";
import { cx } from "@/shared/lib/cx";
import { useKeys } from "@/shared/lib/keys";
import { Button } from "@/shared/ui/Button";
import { IconButton } from "@/shared/ui/IconButton";
import { useKnownUntil, useServer } from "@/stores";
import type { Place } from "./drafts";
import { ChosenFiles } from "./Files";
import { useChatComposer } from "./useChatComposer";

interface Props {
  place: Place;
  agentId: number;
  agentName: string;
  parent: string | null;
  /** Why nothing can be said to the agent, where that is so. */
  closed: string | null;
  replying: boolean;
  onSent: (sent: SentMessage) => unknown;
  onStop: () => void;
}

/** Why nothing can be sent now; null where it can. */
function useObstacle(closed: string | null): string | null {
  const server = useServer();
  const away = useKnownUntil() !== null;
  if (away) {
    return `${server?.name ?? "The server"} can't be reached now, so nothing can be sent. What you write is kept.`;
  }
  return closed;
}

/** The field with its buttons. What is written is kept when the operator leaves. */
export function ChatComposer({ closed, replying, onStop, agentName, ...options }: Props) {
  const field = useRef<HTMLTextAreaElement>(null);
  const chooser = useRef<HTMLInputElement>(null);
  const { text, setText, problem, busy, send, attachments } = useChatComposer(options);
  const obstacle = useObstacle(closed);
  const wrong = problem ?? attachments.problem;
  useKeys([{ keys: "c", label: "Write a message", run: () => field.current?.focus() }]);
  useEffect(() => field.current?.focus({ preventScroll: true }), []);
  const submit = (event?: FormEvent) => {
    event?.preventDefault();
    if (obstacle === null && !replying) void send();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Escape") {
      if (replying) onStop();
      else field.current?.blur();
    }
    const sends = event.key === "Enter" && !event.shiftKey && !event.nativeEvent.isComposing;
    if (!sends) return;
    event.preventDefault();
    submit();
  };
  return (
    <form onSubmit={submit} className="mx-auto w-full max-w-180 px-6 pt-2 pb-4">
      <div
        className={cx(
          "rounded-lg border bg-field transition-colors focus-within:border-accent focus-within:ring-3 focus-within:ring-accent-soft",
          wrong === null ? "border-line-strong/70" : "border-bad",
        )}
      >
        <ChosenFiles files={attachments.files} onRemove={attachments.remove} />
        <textarea
          ref={field}
          aria-label={`Message to ${agentName}`}
          aria-describedby="chat-note"
          aria-invalid={wrong === null ? undefined : true}
          placeholder={`Write to ${agentName}`}
          rows={1}
          value={text}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={onKeyDown}
          className="field-sizing-content block max-h-[32vh] min-h-11 w-full resize-none bg-transparent px-4 pt-3 pb-1 text-read text-ink outline-none focus-visible:outline-none"
        />
        <div className="flex items-center gap-2 py-2 pr-2 pl-2">
          <input
            ref={chooser}
            type="file"
            multiple
            hidden
            aria-label="Files to attach"
            onChange={(event) => {
              void attachments.add(event.target.files ?? []);
              event.target.value = "";
            }}
          />
          <IconButton
            label="Attach text files"
            icon={<Paperclip />}
            onClick={() => chooser.current?.click()}
          />
          <p id="chat-note" className="min-w-0 flex-1 text-note text-ink-3">
            {obstacle ?? (
              <span className="@max-xl:hidden">
                {replying ? "Esc stops the reply." : "Enter sends, Shift+Enter is a new line."}
              </span>
            )}
          </p>
          {replying ? (
            <Button icon={<Square className="size-3.5" aria-hidden="true" />} onClick={onStop}>
              Stop
            </Button>
          ) : (
            <Button type="submit" variant="primary" busy={busy} disabled={obstacle !== null}>
              Send
            </Button>
          )}
        </div>
      </div>
      {wrong === null ? null : (
        <p role="alert" className="mt-2 text-bad">
          {wrong}
        </p>
      )}
    </form>
  );
}
