// What the providers are asked, and what is changed about them. Keys go through none of these: what a query or a
// mutation is given stays in the cache for a while.

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api } from "@/host";
import { refreshModels, settingsQuery } from "@/shared/queries";
import { useAgentStore } from "@/stores";
import { type Users, usersOf } from "./providerWords";

const testQuery = (id: number) => ({
  queryKey: ["provider-test", id],
  queryFn: () => api.testProvider(id, null),
  retry: false,
  staleTime: 0,
});

/** The last test of a provider. It is asked only when `run` is called, never by itself. */
export function useProviderTest(id: number) {
  const query = useQuery({ ...testQuery(id), enabled: false });
  return { ...query, run: () => void query.refetch() };
}

/** Begins the test of a provider that has just been saved; its outcome shows at the provider. */
export function useStartTest(): (id: number) => void {
  const client = useQueryClient();
  return (id) => void client.prefetchQuery(testQuery(id));
}

/** Removes a provider with its key. */
export function useRemoveProvider() {
  const client = useQueryClient();
  return useMutation({ mutationFn: api.removeProvider, onSettled: () => refreshModels(client) });
}

/** Asks one model for a word. */
export function useAskModel(id: number) {
  return useMutation({ mutationFn: (model: string) => api.testProvider(id, model) });
}

/** Sets the default models. */
export function useSaveDefaults() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: api.saveSettings,
    onSuccess: (settings) => client.setQueryData(settingsQuery.queryKey, settings),
    onSettled: () => refreshModels(client),
  });
}

/** Who depends on the provider of that name. */
export function useUsersOf(name: string): Users {
  const { data } = useQuery(settingsQuery);
  const agents = useAgentStore((state) => state.agents);
  return usersOf(name, agents, data?.default_models);
}
