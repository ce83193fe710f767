/** Questions to the backend that more than one screen asks. Their answers are shared and renewed together. */
import { type QueryClient, queryOptions } from "@tanstack/react-query";
import { api, toolServers } from "@/host";

/** How the application is. */
export const statusQuery = queryOptions({ queryKey: ["status"], queryFn: api.getStatus });

/** Every knowledge source. */
export const sourcesQuery = queryOptions({ queryKey: ["sources"], queryFn: api.listSources });

/** The templates, those that come with the program first. */
export const templatesQuery = queryOptions({
  queryKey: ["templates"],
  queryFn: api.listTemplates,
});

/** Every provider. */
export const providersQuery = queryOptions({
  queryKey: ["providers"],
  queryFn: api.listProviders,
});

/** Every tool server, with its tools that agents may be given. */
export const toolServersQuery = queryOptions({
  queryKey: ["tool-servers"],
  queryFn: toolServers.list,
});

/** The models that agents can think with. Providers are asked for it, so it is not asked for often. */
export const modelsQuery = queryOptions({
  queryKey: ["models"],
  queryFn: api.listModels,
  staleTime: 60_000,
});

/** Which models are used when an agent names none. */
export const settingsQuery = queryOptions({ queryKey: ["settings"], queryFn: api.getSettings });

/** How keys are kept. */
export const keysQuery = queryOptions({ queryKey: ["keys"], queryFn: api.getKeys });

/** How this machine keeps keys and tokens, whichever backend the window talks to. */
export const ownKeysQuery = queryOptions({ queryKey: ["own-keys"], queryFn: api.ownKeys });

/** Asks anew for what a change of providers, keys or default models has made old. */
export function refreshModels(client: QueryClient): void {
  for (const { queryKey } of [providersQuery, modelsQuery, settingsQuery, statusQuery]) {
    void client.invalidateQueries({ queryKey });
  }
}

/** Asks anew for what a change of the knowledge has made old. */
export function refreshKnowledge(client: QueryClient): void {
  void client.invalidateQueries({ queryKey: sourcesQuery.queryKey });
  void client.invalidateQueries({ queryKey: statusQuery.queryKey });
}
