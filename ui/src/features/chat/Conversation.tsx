// One conversation, or one that is about to begin: messages above, the field for the next one below.

import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import type { ConversationView, SentMessage } from "@/bindings/bindings";
import { AwayError, describeError } from "@/host";
import { useKeys } from "@/shared/lib/keys";
import { Button } from "@/shared/ui/Button";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";
import { Skeleton } from "@/shared/ui/Skeleton";
import { type Agent, messageOf, useAgentStore, useChatStore, useMessages } from "@/stores";
import { FirstQuestions } from "./Beginning";
import { ChatComposer } from "./ChatComposer";
import { ConversationHeader, ToAll } from "./ConversationHeader";
import { useConversation } from "./chatQueries";
import { isReplying } from "./chatWords";
import { keepDraft } from "./drafts";
import { MessageList } from "./MessageList";
import { useMessageActs } from "./useMessageActs";

/** Why nothing can be said to an agent; null where it can. */
function closedWords(agent: Agent | undefined): string | null {
  return agent?.status === "disabled"
    ? `${agent.name} is retired and does not answer. Take it back in Agents.`
    : null;
}

interface ThereProps {
  conversation: ConversationView;
  narrow: boolean;
  older: { more: boolean; busy: boolean; load: () => void };
}

function There({ conversation, narrow, older }: ThereProps) {
  const { uid, agent_id: agentId, agent_name: name, agent_kind: kind } = conversation;
  const agent = useAgentStore((state) => state.agents.find(({ id }) => id === agentId));
  const [sent, setSent] = useState<string | null>(null);
  const acts = useMessageActs(uid);
  // While another conversation with the same agent is being read, its messages are still there.
  const messages = useMessages(agentId).filter(({ view }) => view.conversation === uid);
  const last = messages.at(-1);
  const replying = isReplying(last?.view.reply ?? null);
  const closed = closedWords(agent);
  const stop = () => {
    if (last !== undefined && replying) void acts.stop(last.id);
  };
  useKeys(replying ? [{ keys: "esc", label: "Stop the reply", run: stop }] : []);
  const onSent = ({ message, reply }: SentMessage) => {
    setSent(message.uid);
    useChatStore
      .getState()
      .addMessages(agentId, [messageOf(agentId, message), messageOf(agentId, reply)]);
  };
  return (
    <>
      <ConversationHeader conversation={conversation} narrow={narrow} />
      <MessageList
        messages={messages}
        agent={{ id: agentId, name, kind }}
        acts={acts}
        open={closed === null && !replying}
        sent={sent}
        older={older}
      />
      <ChatComposer
        place={{ conversation: uid }}
        agentId={agentId}
        agentName={name}
        parent={last?.from === "agent" ? last.id : null}
        closed={closed}
        replying={replying}
        onSent={onSent}
        onStop={stop}
      />
    </>
  );
}

/** A conversation that is there. */
export function Conversation({ uid, narrow }: { uid: string; narrow: boolean }) {
  const navigate = useNavigate();
  const query = useConversation(uid);
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = query;
  const conversation = data?.pages[0]?.conversation;
  if (conversation === undefined && error !== null) {
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
  if (conversation === undefined) return <Skeleton rows={4} label="Loading the conversation" />;
  return (
    <There
      conversation={conversation}
      narrow={narrow}
      older={{
        more: hasNextPage,
        busy: isFetchingNextPage,
        load: () => void fetchNextPage(),
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
