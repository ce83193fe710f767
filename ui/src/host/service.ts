/** The one connection of this window, and the stores that it keeps informed. */
import {
  useAgentStore,
  useChatStore,
  useConnectionStore,
  useUiStore,
  useWorkflowStore,
} from "@/stores";
import { refreshBackends } from "./backends";
import { createConnection } from "./connection";
import { describeError } from "./errors";
import { createLocalLink } from "./localLink";
import { readOutbox, sendOutbox } from "./outbox";

export const connection = createConnection({ link: createLocalLink() });

/** Connects and keeps the stores informed. Gives the function that ends both. */
export function startConnection(): () => void {
  const unsubscribe = connection.onConnectionChange((connected, status) => {
    useConnectionStore.getState().setStatus(status);
    useChatStore.getState().setConnected(connected);
    const error = connected ? null : status.error;
    useWorkflowStore.setState({ error });
    useAgentStore.setState({ error });
    if (connected) void sendOutbox();
  });
  const onOnline = () => {
    if (connection.getStatus().state === "failed") connection.reconnect();
  };
  window.addEventListener("online", onOnline);
  let ended = false;
  // What is kept for a backend needs to know which one it is.
  void beforeConnecting().then(() => {
    if (!ended) connection.connect();
  });
  return () => {
    ended = true;
    window.removeEventListener("online", onOnline);
    connection.disconnect();
    unsubscribe();
  };
}

/** Finds out which backend the window talks to. Where that can't be told, it is connected all the same. */
async function beforeConnecting(): Promise<void> {
  const { setNotice } = useUiStore.getState();
  try {
    const { notice } = await refreshBackends();
    if (notice !== null) setNotice(notice);
  } catch (cause) {
    setNotice(describeError(cause).message);
  }
  readOutbox();
}
