/** Questions to the backend that more than one screen asks. Their answers are shared and renewed together. */
import { type QueryClient, queryOptions } from "@tanstack/react-query";
import { api } from "@/host";

/** How the application is. */
export const statusQuery = queryOptions({ queryKey: ["status"], queryFn: api.getStatus });

/** Every knowledge source. */
export const sourcesQuery = queryOptions({ queryKey: ["sources"], queryFn: api.listSources });

/** Asks anew for what a change of the knowledge has made old. */
export function refreshKnowledge(client: QueryClient): void {
  void client.invalidateQueries({ queryKey: sourcesQuery.queryKey });
  void client.invalidateQueries({ queryKey: statusQuery.queryKey });
}
