/** Forgets a server and its token, after saying what that means. */
import { useMutation } from "@tanstack/react-query";
import type { SavedBackend } from "@/bindings/bindings";
import { api, describeError } from "@/host";
import { Button } from "@/shared/ui/Button";
import { Dialog } from "@/shared/ui/Dialog";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";
import { useBackendStore } from "@/stores";

/** The dialog. */
export function RemoveServer({
  backend: { id, name },
  onClose,
}: {
  backend: SavedBackend;
  onClose: () => void;
}) {
  const chosen = useBackendStore((state) => state.chosen === id);
  const remove = useMutation({ mutationFn: () => api.removeBackend(id), onSuccess: onClose });
  return (
    <Dialog
      open
      onClose={onClose}
      title={`Remove ${name}?`}
      description={
        <>
          This window forgets its address and its token. What runs there goes on.{" "}
          {chosen ? "The window works on this machine from then on. " : ""}
          To come back, pair again. The server keeps its half of the token until it is revoked
          there.
        </>
      }
      actions={
        <>
          <Button variant="danger" busy={remove.isPending} onClick={() => remove.mutate()}>
            Remove
          </Button>
          <Button onClick={onClose}>Keep it</Button>
        </>
      }
    >
      {remove.error === null ? null : (
        <div className="pt-3">
          <ErrorNotice title={`${name} was not removed.`} {...describeError(remove.error)} />
        </div>
      )}
    </Dialog>
  );
}
