/** Switching to another backend, from wherever it is asked for. What goes wrong is shown in one dialog. */
import { create } from "zustand";
import { api, connection, type HostError, toHostError } from "@/host";
import { useBackendStore } from "@/stores";

/** A switch that did not work, or a connection that waits for the keys of this machine. */
export interface SwitchProblem {
  /** The backend; null for this machine. */
  id: string | null;
  /** The address that was asked for there; Home where none is named. */
  at?: string | undefined;
  error: HostError;
}

interface Switching {
  problem: SwitchProblem | null;
}

export const useSwitching = create<Switching>()(() => ({ problem: null }));

/**
 * Lets the window talk to a server, or to this machine for null, and opens an address there. The one that it talks to is
 * connected anew.
 */
export async function switchTo(id: string | null, at?: string): Promise<void> {
  useSwitching.setState({ problem: null });
  if (id === useBackendStore.getState().chosen) {
    connection.reconnect();
    return;
  }
  try {
    await api.switchBackend(id, at);
  } catch (cause) {
    useSwitching.setState({ problem: { id, at, error: toHostError(cause) } });
  }
}

/** Asks for the passphrase that the chosen server's token is kept with. */
export function askForKeys(error: HostError): void {
  useSwitching.setState({ problem: { id: useBackendStore.getState().chosen, error } });
}

/** The operator has read it. */
export function closeProblem(): void {
  useSwitching.setState({ problem: null });
}

/** The name of a backend; null is this machine. */
export function useBackendName(id: string | null): string {
  return useBackendStore(({ backends }) =>
    id === null
      ? "This machine"
      : (backends.find((backend) => backend.id === id)?.name ?? "The server"),
  );
}
