/** The one connection of this window, and the stores that it keeps informed. */
import { useAgentStore, useChatStore, useConnectionStore, useWorkflowStore } from "@/stores";
import { createConnection } from "./connection";
import { createLocalLink } from "./localLink";

export const connection = createConnection({ link: createLocalLink() });

/** Connects and keeps the stores informed. Gives the function that ends both. */
export function startConnection(): () => void {
  const unsubscribe = connection.onConnectionChange((connected, status) => {
    useConnectionStore.getState().setStatus(status);
    useChatStore.getState().setConnected(connected);
    const error = connected ? null : status.error;
    useWorkflowStore.setState({ error });
    useAgentStore.setState({ error });
  });
  const onOnline = () => {
    if (connection.getStatus().state === "failed") connection.reconnect();
  };
  window.addEventListener("online", onOnline);
  connection.connect();
  return () => {
    window.removeEventListener("online", onOnline);
    connection.disconnect();
    unsubscribe();
  };
}
