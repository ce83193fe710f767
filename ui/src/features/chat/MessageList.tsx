// The messages of a conversation, oldest first.

import { ArrowDown } from "lucide-react";
import { useEffect, useRef } from "react";
import { Button } from "@/shared/ui/Button";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";
import type { Agent, Message } from "@/stores";
import { AgentMessage } from "./AgentMessage";
import { OperatorMessage } from "./OperatorMessage";
import type { MessageActs } from "./useMessageActs";
import { useReadingPlace } from "./useReadingPlace";

interface Props {
  messages: readonly Message[];
  agent: Pick<Agent, "id" | "name" | "kind">;
  acts: MessageActs;
  /** Whether something can be said now. */
  open: boolean;
  /** The message that was sent last in this window. */
  sent: string | null;
  older: { more: boolean; busy: boolean; load: () => void };
}

/** The messages, in a measure that reads well. */
export function MessageList({ messages, agent, acts, open, sent, older }: Props) {
  const box = useRef<HTMLElement>(null);
  const { below, toEnd } = useReadingPlace(box, messages);
  const there = messages.some(({ id }) => id === sent);
  // What was just sent goes to the top, so that its reply has room below it.
  useEffect(() => {
    if (sent === null || !there) return;
    const item = box.current?.querySelector(`[data-message="${sent}"]`);
    item?.scrollIntoView({ block: "start" });
  }, [sent, there]);
  const from = messages.findIndex(({ id }) => id === sent);
  const item = (message: Message, index: number) => {
    const before = messages.slice(0, index);
    const shared = { message, before, acts, open };
    return (
      <li key={message.id} data-message={message.id} className="scroll-mt-5">
        {message.from === "operator" ? (
          <OperatorMessage {...shared} agentName={agent.name} />
        ) : (
          <AgentMessage {...shared} agent={agent} />
        )}
      </li>
    );
  };
  return (
    <div className="relative min-h-0 flex-1">
      <section
        ref={box}
        aria-label="Messages"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
        className="h-full overflow-y-auto [container-type:size]"
      >
        <div className="mx-auto w-full max-w-180 px-6 py-5">
          {older.more ? (
            <div className="mb-4 flex justify-center">
              <Button small variant="quiet" busy={older.busy} onClick={older.load}>
                Earlier messages
              </Button>
            </div>
          ) : null}
          <ol className="flex flex-col gap-5">
            {messages.slice(0, from < 0 ? undefined : from).map(item)}
          </ol>
          {from < 0 ? null : (
            <ol className="mt-5 flex min-h-[calc(100cqh-44px)] flex-col gap-5">
              {messages.slice(from).map((message, index) => item(message, from + index))}
            </ol>
          )}
          {acts.problem === null ? null : <ErrorNotice {...acts.problem} className="mt-4" />}
        </div>
      </section>
      {below ? (
        <Button
          small
          icon={<ArrowDown className="size-3.5" aria-hidden="true" />}
          className="absolute bottom-2 left-1/2 -translate-x-1/2 shadow-float"
          onClick={toEnd}
        >
          Newest
        </Button>
      ) : null}
    </div>
  );
}
