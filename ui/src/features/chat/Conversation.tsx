// One conversation, or one that is about to begin: messages above, the field for the next one below.

import { useNavigate } from "@tanstack/react-router";
import { useEffect, useMemo, useRef, useState } from "react";
import type { ConversationView, SentMessage } from "@/bindings/bindings";
import { AwayError, describeError } from "@/host";
import { useKeys } from "@/shared/lib/keys";
import { Button } from "@/shared/ui/Button";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";
import { Skeleton } from "@/shared/ui/Skeleton";
import {
  type Agent,
  type Message,
  messageOf,
  useAgentStore,
  useChatStore,
  useMessages,
} from "@/stores";
import { FirstQuestions } from "./Beginning";
import { ChatComposer } from "./ChatComposer";
import { ConversationHeader, ToAll } from "./ConversationHeader";
import { useConversation } from "./chatQueries";
import { isReplying } from "./chatWords";
import { keepDraft } from "./drafts";
import { MessageList } from "./MessageList";
import { type Target, useTarget } from "./useFoundMessage";
import { type MessageActs, useMessageActs } from "./useMessageActs";
import type { Beyond } from "./useReadingPlace";

/** Why nothing can be said to an agent; null where it can. */
function closedWords(agent: Agent | undefined): string | null {
  return agent?.status === "disabled"
    ? `${agent.name} is retired and does not answer. Take it back in Agents.`
    : null;
}

interface ThereProps {
  conversation: ConversationView;
  narrow: boolean;
  /** The newest message that is shown, be it loaded or not. */
  end: string | null;
  target: Target | null;
  older: Beyond;
  newer: Beyond;
}

/** The agent, its messages as far as they are loaded, and whether it replies. */
function useTalk({ conversation, newer }: Pick<ThereProps, "conversation" | "newer">) {
  const { uid, agent_id: id, agent_name: name, agent_kind: kind } = conversation;
  const agent = useAgentStore((state) => state.agents.find((each) => each.id === id));
  const all = useMessages(id);
  // While another conversation with the same agent is being read, its messages are still there.
  const messages = useMemo(() => all.filter(({ view }) => view.conversation === uid), [all, uid]);
  const last = messages.at(-1);
  return {
    agent: useMemo(() => ({ id, name, kind }), [id, name, kind]),
    closed: closedWords(agent),
    messages,
    last,
    replying: newer.more ? conversation.replying : isReplying(last?.view.reply ?? null),
  };
}

function There({ conversation, narrow, end, target, older, newer }: ThereProps) {
  const { agent, closed, messages, last, replying } = useTalk({ conversation, newer });
  const [sent, setSent] = useState<string | null>(null);
  const acts = useMessageActs(conversation.uid);
  useGoTo(target, messages, acts);
  const newest = newer.more ? end : last?.from === "agent" ? last.id : null;
  const stop = () => {
    if (newest !== null && replying) void acts.stop(newest);
  };
  useKeys(replying ? [{ keys: "esc", label: "Stop the reply", run: stop }] : []);
  const onSent = async ({ message, reply }: SentMessage) => {
    // What was said stands at the end, which may not be what is read now.
    if (newer.more) await acts.toNewest();
    setSent(message.uid);
    useChatStore
      .getState()
      .addMessages(agent.id, [messageOf(agent.id, message), messageOf(agent.id, reply)]);
  };
  return (
    <>
      <ConversationHeader conversation={conversation} narrow={narrow} />
      <MessageList
        messages={messages}
        agent={agent}
        acts={acts}
        open={closed === null && !replying}
        replying={replying}
        sent={sent}
        target={target}
        older={older}
        newer={newer}
      />
      <ChatComposer
        place={{ conversation: conversation.uid }}
        agentId={agent.id}
        agentName={agent.name}
        parent={newest}
        closed={closed}
        replying={replying}
        onSent={onSent}
        onStop={stop}
      />
    </>
  );
}

/** Brings the message that the address names into what is shown, once for each wish. */
function useGoTo(target: Target | null, messages: readonly Message[], acts: MessageActs) {
  const asked = useRef<string | null>(null);
  const loaded = messages.length > 0;
  useEffect(() => {
    if (target === null || !loaded || asked.current === target.wish) return;
    asked.current = target.wish;
    if (!messages.some(({ id }) => id === target.message)) acts.goTo(target.message);
  }, [target, loaded, messages, acts]);
}

/** A conversation that is there. */
export function Conversation({ uid, narrow }: { uid: string; narrow: boolean }) {
  const navigate = useNavigate();
  const target = useTarget();
  const query = useConversation(uid, target?.message ?? null);
  const { data, error, refetch } = query;
  const page = data?.pages[0];
  if (page === undefined && error !== null) {
    return (
      <ErrorNotice
        title="The conversation could not be read."
        {...describeError(error)}
        quiet={error instanceof AwayError}
        action={
          <>
            <Button small onClick={() => void refetch()}>
              Try again
            </Button>
            <Button small onClick={() => void navigate({ to: "/chat", search: {} })}>
              All conversations
            </Button>
          </>
        }
        className="m-6"
      />
    );
  }
  if (page === undefined) return <Skeleton rows={4} label="Loading the conversation" />;
  return (
    <There
      conversation={page.conversation}
      narrow={narrow}
      end={page.end ?? null}
      target={target}
      older={{
        more: query.hasNextPage,
        busy: query.isFetchingNextPage,
        waits: query.isFetching,
        failed: query.isFetchNextPageError,
        // What is being read of the pages that are there is never broken off for another one.
        load: () => void query.fetchNextPage({ cancelRefetch: false }),
      }}
      newer={{
        more: query.hasPreviousPage,
        busy: query.isFetchingPreviousPage,
        waits: query.isFetching,
        failed: query.isFetchPreviousPageError,
        load: () => void query.fetchPreviousPage({ cancelRefetch: false }),
      }}
    />
  );
}

/** A conversation that begins with what is sent next. */
export function NewConversation({ agent, narrow }: { agent: Agent; narrow: boolean }) {
  const navigate = useNavigate();
  // Another number, another field: an example is put into a new one.
  const [field, setField] = useState(0);
  const ask = (question: string) => {
    keepDraft({ agent: agent.id }, question);
    setField(field + 1);
  };
  return (
    <>
      {narrow ? (
        <div className="flex h-12 shrink-0 items-center px-4">
          <ToAll />
        </div>
      ) : null}
      <div className="min-h-0 flex-1 overflow-y-auto">
        <FirstQuestions agent={agent} narrow={narrow} onAsk={ask} />
      </div>
      <ChatComposer
        key={field}
        place={{ agent: agent.id }}
        agentId={agent.id}
        agentName={agent.name}
        parent={null}
        closed={closedWords(agent)}
        replying={false}
        onSent={({ conversation }) =>
          navigate({ to: "/chat/$uid", params: { uid: conversation.uid }, replace: true })
        }
        onStop={() => {}}
      />
    </>
  );
}
