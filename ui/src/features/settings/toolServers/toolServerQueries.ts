/** What tool servers are asked. Values that they are given in secret go through none of these: what a query or a mutation is given stays in the cache for a while. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { ToolServerView } from "@/bindings/bindings";
import { toolServers } from "@/host";
import { toolServersQuery } from "@/shared/queries";

const contentsKey = (id: number) => ["tool-server-contents", id];
const logKey = (id: number) => ["tool-server-log", id];

/** How often the log is read while it is looked at. */
const LOG_EVERY_MS = 2000;

/** What a server offers. It is asked by itself only where that starts nothing. */
export function useContents({ id, connected_since }: ToolServerView) {
  return useQuery({
    queryKey: contentsKey(id),
    queryFn: () => toolServers.inspect(id, false),
    enabled: connected_since !== null,
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** Starts a server anew and looks at what it offers. */
export function useTest(id: number) {
  const client = useQueryClient();
  return useMutation({
    mutationKey: ["tool-server-test", id],
    mutationFn: () => toolServers.inspect(id, true),
    onSuccess: (contents) => client.setQueryData(contentsKey(id), contents),
    onError: () => client.removeQueries({ queryKey: contentsKey(id) }),
    onSettled: () => {
      void client.invalidateQueries({ queryKey: toolServersQuery.queryKey });
      void client.invalidateQueries({ queryKey: logKey(id) });
    },
  });
}

/** What a server wrote, read again while it is looked at. */
export function useLog(id: number) {
  return useQuery({
    queryKey: logKey(id),
    queryFn: () => toolServers.log(id),
    refetchInterval: LOG_EVERY_MS,
  });
}

/** Removes a server. */
export function useRemoveToolServer() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: toolServers.remove,
    onSettled: () => client.invalidateQueries({ queryKey: toolServersQuery.queryKey }),
  });
}

/** Allows a tool of a server, or takes that back. */
export function usePermission(id: number) {
  const client = useQueryClient();
  const onSettled = () => {
    void client.invalidateQueries({ queryKey: toolServersQuery.queryKey });
    // Where it was refused, the definition is another one by now.
    void client.invalidateQueries({ queryKey: contentsKey(id) });
  };
  const allow = useMutation({
    mutationFn: ({ name, hash, readOnly }: { name: string; hash: string; readOnly: boolean }) =>
      toolServers.allow(id, { name, hash }, readOnly),
    onSuccess: (contents) => client.setQueryData(contentsKey(id), contents),
    onSettled,
  });
  const forbid = useMutation({
    mutationFn: (tool: string) => toolServers.forbid(id, tool),
    onSettled,
  });
  return { allow, forbid };
}

/** Forgets what a server offered, because it is another one now. */
export function useForgetContents() {
  const client = useQueryClient();
  return (id: number) => {
    client.removeQueries({ queryKey: contentsKey(id) });
    void client.invalidateQueries({ queryKey: toolServersQuery.queryKey });
  };
}
