// The messages of a conversation, oldest first. Those far from what is read are not kept (see chatQueries), so that the
// list is as quick after two thousand messages as after two.

import { ArrowDown } from "lucide-react";
import { useCallback, useEffect, useRef } from "react";
import { cx } from "@/shared/lib/cx";
import { Button } from "@/shared/ui/Button";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";
import type { Agent, Message } from "@/stores";
import { AgentMessage } from "./AgentMessage";
import { canMark } from "./markedWords";
import { OperatorMessage } from "./OperatorMessage";
import { type Target, useFoundMessage } from "./useFoundMessage";
import type { MessageActs } from "./useMessageActs";
import { type Beyond, itemOf, useReadingPlace } from "./useReadingPlace";

interface Props {
  messages: readonly Message[];
  agent: Pick<Agent, "id" | "name" | "kind">;
  acts: MessageActs;
  /** Whether something can be said now. */
  open: boolean;
  /** Whether the newest reply is being written. */
  replying: boolean;
  /** The message that was sent last in this window. */
  sent: string | null;
  /** The message to go to. */
  target: Target | null;
  older: Beyond;
  newer: Beyond;
}

/** More messages beyond an edge. They come by themselves when it comes near; the button is for those who don't scroll. */
function More({ beyond, label }: { beyond: Beyond; label: string }) {
  if (!beyond.more) return null;
  return (
    <div className="my-4 flex justify-center">
      <Button small variant="quiet" busy={beyond.busy} onClick={beyond.load}>
        {beyond.failed ? `${label} could not be read. Try again` : label}
      </Button>
    </div>
  );
}

/** The messages, in a measure that reads well. */
export function MessageList(props: Props) {
  const { messages, agent, acts, open, sent, target, older, newer } = props;
  const box = useRef<HTMLElement>(null);
  const { below, fresh, toEnd, follow, goTo } = useReadingPlace(box, props);
  const there = messages.some(({ id }) => id === sent);
  const shownAtTop = useRef<string | null>(null);
  // What was just sent goes to the top, so that its reply has room below it.
  useEffect(() => {
    if (sent === null || !there || shownAtTop.current === sent) return;
    shownAtTop.current = sent;
    if (box.current !== null) itemOf(box.current, sent)?.scrollIntoView({ block: "start" });
  }, [sent, there]);
  const marked = useFoundMessage(box, {
    target,
    there: messages.some(({ id }) => id === target?.message),
    goTo,
  });
  const said = useRef(messages);
  said.current = messages;
  const before = useCallback(
    (id: string) =>
      said.current.slice(
        0,
        said.current.findIndex((message) => message.id === id),
      ),
    [],
  );
  const toNewest = async () => {
    if (!newer.more) return toEnd();
    follow();
    await acts.toNewest();
  };
  const from = messages.findIndex(({ id }) => id === sent);
  const item = (message: Message) => {
    const shared = { message, before, acts, open };
    return (
      <li
        key={message.id}
        data-message={message.id}
        tabIndex={-1}
        className={cx(
          "scroll-mt-5 rounded-md outline-offset-8",
          marked === message.id && !canMark() && "outline-2 outline-accent",
        )}
      >
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
        className="h-full overflow-y-auto [container-type:size] [overflow-anchor:none]"
      >
        {/* Only what is said at the end is told as it comes; what is read again further up is not. */}
        <div
          role="log"
          aria-label={`Conversation with ${agent.name}`}
          aria-live={below ? "off" : "polite"}
          className="mx-auto w-full max-w-180 px-6 py-5"
        >
          <More beyond={older} label="Earlier messages" />
          <ol className="flex flex-col gap-5">
            {messages.slice(0, from < 0 ? undefined : from).map(item)}
          </ol>
          {from < 0 ? null : (
            <ol className="mt-5 flex min-h-[calc(100cqh-44px)] flex-col gap-5">
              {messages.slice(from).map(item)}
            </ol>
          )}
          <More beyond={newer} label="Later messages" />
          {acts.problem === null ? null : <ErrorNotice {...acts.problem} className="mt-4" />}
        </div>
      </section>
      {below ? (
        <Button
          small
          icon={<ArrowDown className="size-3.5" aria-hidden="true" />}
          className="absolute bottom-2 left-1/2 -translate-x-1/2 shadow-float"
          onClick={() => void toNewest()}
        >
          {fresh ? "New messages" : "Newest"}
        </Button>
      ) : null}
    </div>
  );
}
