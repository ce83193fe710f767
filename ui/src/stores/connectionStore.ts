/** How the window stands with its backend, as the connection service tells. */
import { create } from "zustand";
import type { ErrorCode } from "@/bindings/bindings";

export type ConnectionPhase =
  | "connecting"
  | "connected"
  | "reconnecting"
  | "disconnected"
  | "failed";

export interface ConnectionStatus {
  state: ConnectionPhase;
  connected: boolean;
  reconnecting: boolean;
  /** Number of the attempt to reconnect, from 1; 0 otherwise. */
  attempt: number;
  maxAttempts: number;
  /** When the next attempt begins, in milliseconds since the Unix epoch. */
  nextAttemptAt: number | null;
  /** Why the last attempt failed or the connection was lost. */
  error: string | null;
  /** What kind of answer that was; null where there was none. */
  code: ErrorCode | null;
  /** When the backend was last connected, in milliseconds since the Unix epoch; null before the first time. */
  lastContactAt: number | null;
}

export interface ConnectionState {
  status: ConnectionStatus;
  setStatus: (status: ConnectionStatus) => void;
}

export const useConnectionStore = create<ConnectionState>()((set) => ({
  status: {
    state: "disconnected",
    connected: false,
    reconnecting: false,
    attempt: 0,
    maxAttempts: 5,
    nextAttemptAt: null,
    error: null,
    code: null,
    lastContactAt: null,
  },
  setStatus: (status) => set({ status }),
}));
