// Takes in the file of a template, which the operator chooses in the system's dialog, and opens it.

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { api } from "@/host";
import { ImportButton } from "@/shared/ui/ImportButton";
import { refreshTemplates } from "./templateQueries";

/** The button, and what went wrong after it. */
export function ImportTemplate() {
  const client = useQueryClient();
  const navigate = useNavigate();
  const taking = useMutation({
    mutationFn: async () => {
      const file = await api.openTemplateFile();
      return file === null ? null : api.importTemplate(file.text);
    },
    onSuccess: async (taken) => {
      if (taken === null) return;
      await refreshTemplates(client);
      await navigate({ to: "/templates/$uid", params: { uid: taken.uid } });
    },
  });
  return <ImportButton title="Import a template" taking={taking} />;
}
