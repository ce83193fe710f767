/**
 * The messages that are shown, by agent: of one conversation at a time with each of them. The backend keeps all
 * conversations; a screen puts here what it shows, and frames change it while it is shown.
 */
import { create } from "zustand";
import type { MessageView } from "@/bindings/bindings";

/** One turn of a conversation. */
export interface Message {
  /** The message's uid. */
  id: string;
  agentId: number;
  from: "operator" | "agent";
  content: string;
  /** Milliseconds since the Unix epoch. */
  createdAt: number;
  /** All that is known of it. */
  view: MessageView;
}

export interface ChatState {
  /** Oldest first. */
  messagesByAgent: Record<number, Message[]>;
  typingAgents: ReadonlySet<number>;
  connected: boolean;
  error: string | null;
  addMessage: (agentId: number, message: Message) => void;
  addMessages: (agentId: number, messages: readonly Message[]) => void;
  setMessages: (agentId: number, messages: readonly Message[]) => void;
  clearMessages: (agentId: number) => void;
  clearAllMessages: () => void;
  setTyping: (agentId: number, typing: boolean) => void;
  setConnected: (connected: boolean) => void;
  setError: (error: string | null) => void;
  getMessages: (agentId: number) => readonly Message[];
  isAgentTyping: (agentId: number) => boolean;
}

const NONE: readonly Message[] = Object.freeze([]);

export const useChatStore = create<ChatState>()((set, get) => ({
  messagesByAgent: {},
  typingAgents: new Set(),
  connected: false,
  error: null,
  addMessage: (agentId, message) => get().addMessages(agentId, [message]),
  addMessages: (agentId, messages) =>
    set((state) => {
      const known = state.messagesByAgent[agentId] ?? [];
      const ids = new Set(known.map((message) => message.id));
      const fresh = messages.filter((message) => !ids.has(message.id));
      if (fresh.length === 0) return state;
      return { messagesByAgent: { ...state.messagesByAgent, [agentId]: [...known, ...fresh] } };
    }),
  setMessages: (agentId, messages) =>
    set((state) => ({
      messagesByAgent: { ...state.messagesByAgent, [agentId]: [...messages] },
    })),
  clearMessages: (agentId) =>
    set((state) => {
      const { [agentId]: _gone, ...messagesByAgent } = state.messagesByAgent;
      return { messagesByAgent };
    }),
  clearAllMessages: () => set({ messagesByAgent: {} }),
  setTyping: (agentId, typing) =>
    set((state) => {
      if (state.typingAgents.has(agentId) === typing) return state;
      const typingAgents = new Set(state.typingAgents);
      if (typing) typingAgents.add(agentId);
      else typingAgents.delete(agentId);
      return { typingAgents };
    }),
  setConnected: (connected) => set({ connected }),
  setError: (error) => set({ error }),
  getMessages: (agentId) => get().messagesByAgent[agentId] ?? NONE,
  isAgentTyping: (agentId) => get().typingAgents.has(agentId),
}));

/** A message as the store holds it. */
export function messageOf(agentId: number, view: MessageView): Message {
  return {
    id: view.uid,
    agentId,
    from: view.author,
    content: view.text,
    createdAt: view.created_at,
    view,
  };
}

/** Brings messages that are shown up to what the backend tells of them. */
export function updateMessages(views: readonly MessageView[]): void {
  if (views.length === 0) return;
  const newer = new Map(views.map((view) => [view.uid, view]));
  const { messagesByAgent, setMessages } = useChatStore.getState();
  for (const [agent, messages] of Object.entries(messagesByAgent)) {
    if (!messages.some(({ id }) => newer.has(id))) continue;
    const agentId = Number(agent);
    const next = messages.map((message) => {
      const view = newer.get(message.id);
      return view === undefined ? message : messageOf(agentId, view);
    });
    setMessages(agentId, next);
  }
}

const NOTHING: Message[] = [];

/** The messages that are shown of the conversation with an agent. */
export function useMessages(agentId: number): readonly Message[] {
  return useChatStore((state) => state.messagesByAgent[agentId] ?? NOTHING);
}
