// The text of a template under change: kept as a draft until it is saved, checked while somebody writes, and never
// overwritten by what somebody else saved in the meantime.

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import type { TemplateDetail } from "@/bindings/bindings";
import { api, HostError } from "@/host";
import { keepTextDraft, readTextDraft } from "./drafts";
import { refreshTemplates } from "./templateQueries";

const CHECK_MS = 400;

/** What follows `value` once nobody has changed it for a moment. */
function useSettled(value: string): string {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), CHECK_MS);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}

/** Text, problems and the way to save. Mount it anew for another template. */
export function useTemplateText({ template, text: kept }: TemplateDetail) {
  const client = useQueryClient();
  const { uid, newest_version: newest } = template;
  // A draft that says what is saved already is none.
  const [draft, setDraft] = useState(() => {
    const found = readTextDraft(uid);
    return found !== undefined && found.text !== kept ? found : { text: kept, base: newest };
  });
  // What the editor begins with; another number mounts it anew.
  const [began, setBegan] = useState({ round: 0, text: draft.text });
  // What is kept comes back set out in the usual way, so what was sent counts as well.
  const [sent, setSent] = useState<string | null>(null);
  const changed = draft.text !== kept && draft.text !== sent;
  const settled = useSettled(draft.text);
  const check = useQuery({
    queryKey: ["template-check", settled],
    queryFn: () => api.checkTemplate(settled),
    placeholderData: (before) => before,
  });
  const put = (next: { text: string; base: number }) => {
    setDraft(next);
    keepTextDraft(uid, next.text === kept || next.text === sent ? undefined : next);
  };
  const saving = useMutation({
    mutationFn: async (base: number) => {
      const text = draft.text;
      return { text, template: await api.saveTemplate(text, base) };
    },
    onSuccess: (saved) => {
      setSent(saved.text);
      setDraft(({ text }) => {
        const next = { text, base: saved.template.newest_version };
        keepTextDraft(uid, text === saved.text ? undefined : next);
        return next;
      });
      return refreshTemplates(client);
    },
  });
  const refused = saving.error instanceof HostError ? saving.error : null;
  return {
    began,
    changed,
    /** A newer version was saved since this text was begun. */
    overtaken: changed && draft.base < newest,
    conflict: refused?.code === "conflict",
    error: saving.error,
    saving: saving.isPending,
    saved: saving.isSuccess && !changed,
    problems: check.data?.problems ?? [],
    checked: settled === draft.text && check.data !== undefined && !check.isFetching,
    checkError: check.error,
    write: (text: string) => {
      saving.reset();
      put({ text, base: draft.base });
    },
    save: () => saving.mutate(draft.base),
    /** Saves on top of what was saved in the meantime. */
    saveOnTop: () => {
      put({ text: draft.text, base: newest });
      saving.mutate(newest);
    },
    discard: () => {
      saving.reset();
      put({ text: kept, base: newest });
      setBegan(({ round }) => ({ round: round + 1, text: kept }));
    },
  };
}
