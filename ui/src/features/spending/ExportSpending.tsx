// What is shown, as a table in a file.

import { useMutation } from "@tanstack/react-query";
import { Download } from "lucide-react";
import { api } from "@/host";
import { Button } from "@/shared/ui/Button";

/** The wish, and what came of it. */
export function useExport(from: number, to: number) {
  return useMutation({ mutationFn: () => api.saveSpendingFile(from, to) });
}

/** The button. */
export function ExportButton({ saving }: { saving: ReturnType<typeof useExport> }) {
  return (
    <Button
      small
      icon={<Download className="size-3.5" aria-hidden="true" />}
      busy={saving.isPending}
      onClick={() => saving.mutate()}
    >
      Export…
    </Button>
  );
}
