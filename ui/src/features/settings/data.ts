/** What the parts of the Data section share: their questions to the backend, and what a restore leaves to say. */
import { type QueryClient, queryOptions } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { api } from "@/host";
import { isString, keep, readKept } from "@/shared/lib/keep";

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

/** The name of the copy that was restored just before the window was loaded; undefined when none was. */
export function useRestored(): string | undefined {
  const [restored] = useState(() => readKept(RESTORED, isString, sessionStorage));
  useEffect(() => keep(RESTORED, undefined, sessionStorage), []);
  return restored;
}
