// What the screens of templates ask for, and what a change makes old.

import { type QueryClient, queryOptions, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { api, onFacts } from "@/host";
import { templatesQuery } from "@/shared/queries";

/** A template with its document; `version` null asks for the newest. */
export const templateQuery = (uid: string, version: number | null = null) =>
  queryOptions({
    queryKey: ["template", uid, version],
    queryFn: () => api.getTemplate(uid, version),
  });

/** The versions of a template, newest first. */
export const versionsQuery = (uid: string) =>
  queryOptions({
    queryKey: ["template-versions", uid],
    queryFn: () => api.listTemplateVersions(uid),
  });

/** How two versions differ. Versions never change, so neither does the answer. */
export const differenceQuery = (uid: string, from: number, to: number) =>
  queryOptions({
    queryKey: ["template-difference", uid, from, to],
    queryFn: () => api.compareTemplateVersions(uid, from, to),
    staleTime: Number.POSITIVE_INFINITY,
  });

/** Asks anew for what a change of templates has made old. */
export function refreshTemplates(client: QueryClient): Promise<unknown> {
  return Promise.all([
    client.invalidateQueries({ queryKey: templatesQuery.queryKey }),
    client.invalidateQueries({ queryKey: ["template"] }),
    client.invalidateQueries({ queryKey: ["template-versions"] }),
  ]);
}

/** Keeps what is shown of templates up to date while a component is there: they may be changed elsewhere. */
export function useFreshTemplates(): void {
  const client = useQueryClient();
  useEffect(
    () =>
      onFacts((kinds) => {
        if (kinds === null || [...kinds].some((kind) => kind.startsWith("template_"))) {
          void refreshTemplates(client);
        }
      }),
    [client],
  );
}
