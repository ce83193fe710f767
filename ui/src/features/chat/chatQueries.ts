/** What the screen asks of the backend, and asks anew when frames tell of a change. */
import {
  type InfiniteData,
  infiniteQueryOptions,
  type QueryClient,
  useInfiniteQuery,
  useQuery,
  useQueryClient,
} from "@tanstack/react-query";
import { useEffect } from "react";
import type { ConversationDetail, MessageView } from "@/bindings/bindings";
import { chat, describeError, onConversations } from "@/host";
import { messageOf, useChatStore, useConnectionStore } from "@/stores";

/** Messages that are read at a time. */
const PAGE = 40;
/** Conversations that are read at a time. */
const LIST = 60;
/** Messages that a search shows. */
const FOUND = 30;

const conversationQuery = (uid: string) =>
  infiniteQueryOptions({
    queryKey: ["conversation", uid],
    queryFn: ({ pageParam }) => chat.getConversation({ uid, before: pageParam, limit: PAGE }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => (page.more ? page.messages[0]?.uid : undefined),
  });

/** The messages of all pages, oldest first. */
function messagesOf(data: InfiniteData<ConversationDetail>): MessageView[] {
  return data.pages.toReversed().flatMap((page) => page.messages);
}

/** Asks anew for conversations that changed. */
export function useFreshConversations(): void {
  const client = useQueryClient();
  useEffect(
    () =>
      onConversations((uids) => {
        void client.invalidateQueries({ queryKey: ["conversations"] });
        if (uids === null) void client.invalidateQueries({ queryKey: ["conversation"] });
        for (const uid of uids ?? []) {
          void client.invalidateQueries({ queryKey: ["conversation", uid] });
        }
      }),
    [client],
  );
}

/** Puts what a query gave for a conversation away: it is gone. */
export function forgetConversation(client: QueryClient, uid: string): void {
  client.removeQueries({ queryKey: ["conversation", uid] });
  void client.invalidateQueries({ queryKey: ["conversations"] });
}

/** One conversation. Its messages go through the chat store, which frames keep fresh. */
export function useConversation(uid: string) {
  const query = useInfiniteQuery(conversationQuery(uid));
  const { data, error } = query;
  const connected = useConnectionStore((state) => state.status.connected);
  useEffect(() => {
    const conversation = data?.pages[0]?.conversation;
    if (data === undefined || conversation === undefined) return;
    const { agent_id: agentId, replying } = conversation;
    const { setMessages, setTyping } = useChatStore.getState();
    setMessages(
      agentId,
      messagesOf(data).map((view) => messageOf(agentId, view)),
    );
    setTyping(agentId, replying);
  }, [data]);
  useEffect(() => {
    useChatStore.getState().setError(error === null ? null : describeError(error).message);
  }, [error]);
  useEffect(() => useChatStore.getState().setConnected(connected), [connected]);
  return query;
}

/** Every conversation, those in which something was said last first. */
export function useConversations() {
  return useInfiniteQuery({
    queryKey: ["conversations"],
    queryFn: ({ pageParam }) =>
      chat.listConversations({ agent: null, offset: pageParam, limit: LIST }),
    initialPageParam: 0,
    getNextPageParam: (page, _pages, offset) => (page.more ? offset + LIST : undefined),
  });
}

/** Messages that have the words; nothing is asked for none. */
export function useFound(words: string) {
  return useQuery({
    queryKey: ["conversations", "found", words],
    queryFn: () => chat.searchMessages(words, FOUND),
    enabled: words !== "",
  });
}
