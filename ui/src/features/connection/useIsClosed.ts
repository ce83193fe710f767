import { useConnectionStore } from "@/stores";

/** Whether the backend said that it can't open the data. Waiting would not change that. */
export function useIsClosed(): boolean {
  return useConnectionStore(
    ({ status: { connected, code } }) =>
      !connected && (code === "unreadable" || code === "conflict"),
  );
}
