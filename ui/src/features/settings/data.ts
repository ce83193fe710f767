/** What the parts of the Data section share: their questions to the backend, and what a restore leaves to say. */
import { type QueryClient, queryOptions } from "@tanstack/react-query";
import { useEffect } from "react";
import { api } from "@/host";
import { isString, keep, readKept } from "@/shared/lib/keep";
import { useUiStore } from "@/stores";

/** How much room everything takes. */
export const storageQuery = queryOptions({ queryKey: ["storage"], queryFn: api.getStorage });

/** The copies of the journal. */
export const backupsQuery = queryOptions({ queryKey: ["backups"], queryFn: api.listBackups });

/** How long ended workflows are kept. */
export const retentionQuery = queryOptions({ queryKey: ["retention"], queryFn: api.getRetention });

/** Asks anew for what a copy or a clean-up has made old. */
export function refreshData(client: QueryClient): Promise<unknown> {
  const stale = [storageQuery, backupsQuery, retentionQuery];
  return Promise.all(stale.map(({ queryKey }) => client.invalidateQueries({ queryKey })));
}

const RESTORED = "restored";

/** Loads the window anew over the restored journal, and lets it say afterwards what was restored. */
export function beginAnew(name: string): void {
  keep(RESTORED, name, sessionStorage);
  window.location.reload();
}

/** Says at the top of the window what was restored just before it was loaded, if something was. */
export function useRestoredNotice(): void {
  useEffect(() => {
    const name = readKept(RESTORED, isString, sessionStorage);
    if (name === undefined) return;
    keep(RESTORED, undefined, sessionStorage);
    const { setNotice } = useUiStore.getState();
    setNotice(`${name} was restored. What was here before is kept among the copies.`);
  }, []);
}
