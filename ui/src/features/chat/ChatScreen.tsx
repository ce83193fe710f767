// Conversations with agents: all of them at the left, one of them at the right. Where there is little room, one of both.

import { useParams, useSearch } from "@tanstack/react-router";
import { NARROW, useMediaQuery } from "@/shared/hooks/useMediaQuery";
import { cx } from "@/shared/lib/cx";
import { useAgentStore } from "@/stores";
import { WhomToTalkTo } from "./Beginning";
import { Conversation, NewConversation } from "./Conversation";
import { ConversationList } from "./ConversationList";
import { useFreshConversations } from "./chatQueries";

/** The screen at `/chat`, `/chat?agent=3` and `/chat/$uid`. */
export function ChatScreen() {
  const { uid } = useParams({ strict: false });
  const search: { agent?: number } = useSearch({ strict: false });
  const narrow = useMediaQuery(NARROW);
  const agents = useAgentStore((state) => state.agents);
  const agent = agents.find(({ id }) => id === search.agent);
  const opened = uid !== undefined || agent !== undefined;
  useFreshConversations();
  return (
    <div className="flex h-full min-h-0">
      {narrow && opened ? null : (
        <aside
          aria-label="All conversations"
          className={cx("flex shrink-0 flex-col", narrow ? "w-full" : "w-70 border-r border-line")}
        >
          <ConversationList openUid={uid ?? null} />
        </aside>
      )}
      {narrow && !opened ? null : (
        <section
          aria-label={uid === undefined ? "New conversation" : "Conversation"}
          className="@container flex min-w-0 flex-1 flex-col"
        >
          {uid !== undefined ? (
            <Conversation key={uid} uid={uid} narrow={narrow} />
          ) : agent !== undefined ? (
            <NewConversation key={agent.id} agent={agent} narrow={narrow} />
          ) : (
            <div className="min-h-0 flex-1 overflow-y-auto">
              <WhomToTalkTo agents={agents.filter(({ status }) => status !== "disabled")} />
            </div>
          )}
        </section>
      )}
    </div>
  );
}
