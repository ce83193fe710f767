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
import type { ConversationDetail, GetConversation, MessageView } from "@/bindings/bindings";
import { chat, describeError, onConversations } from "@/host";
import { messageOf, useChatStore, useConnectionStore } from "@/stores";

/** Messages that are read at a time. */
const PAGE = 40;
/** Pages that are kept: what lies further away is let go of and read again, so that a long conversation stays quick. */
const KEPT = 6;
/** Conversations that are read at a time. */
const LIST = 60;
/** Messages that a search shows. */
const FOUND = 30;

/** Which messages of a conversation: the newest, or those beside one of them. */
type Part = Pick<GetConversation, "before" | "after" | "around">;

const partOf = (uid: string, part: Part): Promise<ConversationDetail> =>
  chat.getConversation({ uid, ...part, limit: PAGE });

// The pages before the first one are the newer ones: reading begins at the end and goes back.
const conversationQuery = (uid: string, at: string | null) =>
  infiniteQueryOptions({
    queryKey: ["conversation", uid],
    queryFn: ({ pageParam }) => partOf(uid, pageParam),
    initialPageParam: (at === null ? {} : { around: at }) as Part,
    getNextPageParam: ({ more, messages: [oldest] }): Part | undefined =>
      more && oldest !== undefined ? { before: oldest.uid } : undefined,
    getPreviousPageParam: ({ newer, messages }): Part | undefined => {
      const newest = messages.at(-1);
      return newer === true && newest !== undefined ? { after: newest.uid } : undefined;
    },
    maxPages: KEPT,
  });

/** The messages of all pages, oldest first. */
function messagesOf(data: InfiniteData<ConversationDetail>): MessageView[] {
  return data.pages.toReversed().flatMap((page) => page.messages);
}

/** Lets a part of a conversation be the one that is shown. Gives whether `at` is in it, where one is named. */
export async function showPart(
  client: QueryClient,
  uid: string,
  at: string | null,
): Promise<boolean> {
  const queryKey = ["conversation", uid];
  const part: Part = at === null ? {} : { around: at };
  const page = await partOf(uid, part);
  if (at !== null && !page.messages.some((message) => message.uid === at)) return false;
  // What is being read of the part that was shown would come after this one.
  await client.cancelQueries({ queryKey });
  client.setQueryData(queryKey, { pages: [page], pageParams: [part] });
  return true;
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

/** One conversation; at first its newest messages, or those around `at`. They go through the chat store, which frames keep fresh. */
export function useConversation(uid: string, at: string | null) {
  const query = useInfiniteQuery(conversationQuery(uid, at));
  const { data, error } = query;
  const connected = useConnectionStore((state) => state.status.connected);
  useEffect(() => {
    const conversation = data?.pages[0]?.conversation;
    if (data === undefined || conversation === undefined) return;
    const { agent_id: agentId, replying } = conversation;
    const { getMessages, setMessages, setTyping } = useChatStore.getState();
    const known = new Map(getMessages(agentId).map((message) => [message.id, message]));
    setMessages(
      agentId,
      messagesOf(data).map((view) => {
        const before = known.get(view.uid);
        // The same object where nothing changed, so that only what changed is drawn again.
        return before?.view === view ? before : messageOf(agentId, view);
      }),
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
