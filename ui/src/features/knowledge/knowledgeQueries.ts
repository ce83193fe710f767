// What the knowledge screens ask for and change.

import {
  keepPreviousData,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
} from "@tanstack/react-query";
import { useEffect } from "react";
import type { SourceView } from "@/bindings/bindings";
import { api, onKnowledgeScan } from "@/host";
import { refreshKnowledge, sourcesQuery } from "@/shared/queries";

const PAGE = 200;
const PASSAGES = 10;

/** Every source. */
export const useSources = () => useQuery(sourcesQuery);

/** What a change of the knowledge makes old here. */
function useRefresh(): () => void {
  const client = useQueryClient();
  return () => {
    refreshKnowledge(client);
    void client.invalidateQueries({ queryKey: ["documents"] });
    void client.invalidateQueries({ queryKey: ["knowledge-search"] });
  };
}

/** Adds the paths one after the other, so that the first that can't be read is the one that is named. */
export function useAddSources() {
  return useMutation({
    mutationFn: async ({ paths, staysHere }: { paths: readonly string[]; staysHere: boolean }) => {
      const added: SourceView[] = [];
      for (const path of paths) added.push(await api.addSource(path, staysHere));
      return added;
    },
    onSettled: useRefresh(),
  });
}

/** Reads a source again. */
export function useRescan() {
  return useMutation({ mutationFn: api.rescanSource, onSettled: useRefresh() });
}

/** Marks a source whose text is sent to no model elsewhere, or takes the mark away. */
export function useSetStaysHere(id: number) {
  return useMutation({
    mutationFn: (staysHere: boolean) => api.setSourceStaysHere(id, staysHere),
    onSettled: useRefresh(),
  });
}

/** Takes a source out of the knowledge. */
export function useRemoveSource() {
  return useMutation({ mutationFn: api.removeSource, onSettled: useRefresh() });
}

/** The documents of a source, by path, in pages; asked for again when a scan of it has ended. */
export function useDocuments(sourceId: number, query: string) {
  const client = useQueryClient();
  useEffect(
    () =>
      onKnowledgeScan((scan) => {
        if (scan.finished)
          void client.invalidateQueries({ queryKey: ["documents", scan.source_id] });
      }),
    [client],
  );
  return useInfiniteQuery({
    queryKey: ["documents", sourceId, query],
    queryFn: ({ pageParam }) =>
      api.listDocuments({ source_id: sourceId, query, after: pageParam, limit: PAGE }),
    initialPageParam: "",
    getNextPageParam: (page) => (page.length === PAGE ? page.at(-1)?.path : undefined),
    placeholderData: keepPreviousData,
  });
}

/** What the crew would find for `words`. */
export function useKnowledgeSearch(words: string) {
  return useQuery({
    queryKey: ["knowledge-search", words],
    queryFn: () => api.searchKnowledge(words, PASSAGES),
    enabled: words !== "",
    placeholderData: keepPreviousData,
  });
}

/** The text of a document as the crew read it. */
export function useDocumentText(source: string, path: string) {
  return useQuery({
    queryKey: ["document", source, path],
    queryFn: () => api.readDocument(source, path),
    enabled: source !== "" && path !== "",
  });
}
