/** Conversations between the operator and agents. Nothing writes to them yet but whoever calls these actions. */
import { create } from "zustand";

/** One turn of a conversation. */
export interface Message {
  id: number;
  agentId: number;
  from: "operator" | "agent";
  content: string;
  /** Milliseconds since the Unix epoch. */
  createdAt: number;
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
