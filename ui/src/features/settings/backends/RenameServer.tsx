/** Names a server anew. Only this window calls it so. */
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useId, useState } from "react";
import type { SavedBackend } from "@/bindings/bindings";
import { api, describeError } from "@/host";
import { Button } from "@/shared/ui/Button";
import { Dialog } from "@/shared/ui/Dialog";
import { TextField } from "@/shared/ui/TextField";

/** The dialog. */
export function RenameServer({ backend, onClose }: { backend: SavedBackend; onClose: () => void }) {
  const formId = useId();
  const [name, setName] = useState(backend.name);
  const rename = useMutation({
    mutationFn: () => api.renameBackend(backend.id, name),
    onSuccess: onClose,
  });
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    if (!rename.isPending) rename.mutate();
  };
  const problem = rename.error === null ? null : describeError(rename.error);
  return (
    <Dialog
      open
      onClose={onClose}
      title={`Rename ${backend.name}`}
      actions={
        <>
          <Button type="submit" form={formId} variant="primary" busy={rename.isPending}>
            Rename
          </Button>
          <Button onClick={onClose}>Cancel</Button>
        </>
      }
    >
      <form id={formId} noValidate onSubmit={onSubmit} className="px-0.5 pt-3 pb-1">
        <TextField
          label="Name"
          autoComplete="off"
          spellCheck={false}
          value={name}
          hint="Only this window calls it so."
          error={problem === null ? null : [problem.message, problem.nextStep].join(" ").trim()}
          onChange={(event) => {
            setName(event.target.value);
            rename.reset();
          }}
        />
      </form>
    </Dialog>
  );
}
