/** Conversations with agents. All throw `HostError`. */
import type {
  ConversationDetail,
  ConversationPage,
  ConversationView,
  Frame,
  GetConversation,
  ListConversations,
  MessageFound,
  MessageView,
  Removed,
  SendMessage,
  SentMessage,
} from "@/bindings/bindings";
import { toBase64 } from "@/shared/lib/base64";
import { sha256 } from "@/shared/lib/sha256";
import { updateMessages, useChatStore } from "@/stores";
import { newRequestKey } from "./requestKeys";
import { answerOf, backend } from "./transport";

/** Conversations, those in which something was said last first. */
export const listConversations = (request: ListConversations): Promise<ConversationPage> =>
  answerOf(() => backend().listConversations(request));

/** A conversation with the messages that are shown. */
export const getConversation = (request: GetConversation): Promise<ConversationDetail> =>
  answerOf(() => backend().getConversation(request));

/** Searches everything that was said. */
export const searchMessages = (query: string, limit: number): Promise<MessageFound[]> =>
  answerOf(() => backend().searchMessages({ query, limit }));

/** Says something. The same key says it once. */
export const sendMessage = (message: SendMessage): Promise<SentMessage> =>
  answerOf(() => backend().sendMessage(message));

/** Says something in other words, beside the first wording. */
export const editMessage = (uid: string, text: string): Promise<SentMessage> =>
  answerOf(() => backend().editMessage({ request_key: newRequestKey(), uid, text }));

/** Lets an agent reply anew. */
export const regenerateReply = (uid: string): Promise<SentMessage> =>
  answerOf(() => backend().regenerateReply({ request_key: newRequestKey(), uid }));

/** Stops a reply. What was said so far stays. */
export const stopReply = (uid: string): Promise<MessageView> =>
  answerOf(() => backend().stopReply({ request_key: newRequestKey(), uid }));

/** Shows a message of those that stand in its place. */
export const chooseBranch = (uid: string): Promise<ConversationView> =>
  answerOf(() => backend().chooseBranch({ request_key: newRequestKey(), uid }));

/** Gives a conversation another title. */
export const renameConversation = (uid: string, title: string): Promise<ConversationView> =>
  answerOf(() => backend().renameConversation({ request_key: newRequestKey(), uid, title }));

/** Removes a conversation with all that was said in it. */
export const removeConversation = (uid: string): Promise<Removed> =>
  answerOf(() => backend().removeConversation({ request_key: newRequestKey(), uid }));

/** Sends a file's content to the backend. Gives the name of the transfer. */
export async function sendContent(content: Uint8Array): Promise<string> {
  const { uid, part_bytes: size } = await answerOf(() =>
    backend().beginTransfer({ request_key: newRequestKey(), bytes: content.length }),
  );
  for (let number = 0; number * size < content.length; number += 1) {
    const part = toBase64(content.subarray(number * size, (number + 1) * size));
    await answerOf(() =>
      backend().writeTransferPart({ request_key: newRequestKey(), uid, number, content: part }),
    );
  }
  await answerOf(() =>
    backend().finishTransfer({ request_key: newRequestKey(), uid, sum: sha256(content) }),
  );
  return uid;
}

/** Given the conversations that changed; null where any may have. */
type Listener = (uids: ReadonlySet<string> | null) => void;

const listeners = new Set<Listener>();

/** Calls `listener` when conversations changed. Gives the function that ends it. */
export function onConversations(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Brings what is shown up to frames, and tells of the conversations that changed. */
export function applyConversations(frames: readonly Frame[]): void {
  const changed = new Set<string>();
  for (const frame of frames) {
    updateMessages(frame.messages ?? []);
    for (const conversation of frame.conversations ?? []) {
      changed.add(conversation.uid);
      useChatStore.getState().setTyping(conversation.agent_id, conversation.replying);
    }
    for (const uid of frame.removed_conversations ?? []) changed.add(uid);
  }
  const fresh = frames.some((frame) => frame.kind === "snapshot");
  if (!fresh && changed.size === 0) return;
  for (const listener of [...listeners]) listener(fresh ? null : changed);
}
