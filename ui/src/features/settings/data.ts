/** What the parts of the Data section ask the backend. */
import { type QueryClient, queryOptions } from "@tanstack/react-query";
import { api } from "@/host";

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
