// A template as a file to share. It holds no keys, and models of providers are left out.

import { api } from "@/host";
import { ExportDialog } from "@/shared/files/ExportDialog";

/** The dialog. */
export function ExportTemplate({ uid, onClose }: { uid: string; onClose: () => void }) {
  return (
    <ExportDialog
      what="template"
      title="Export"
      description="Share it as a file. It holds no keys; models of your providers are replaced by the default."
      queryKey={["template", uid, "file"]}
      read={() => api.exportTemplate(uid)}
      save={(name) => api.saveTemplateFile(uid, name)}
      onClose={onClose}
    />
  );
}
