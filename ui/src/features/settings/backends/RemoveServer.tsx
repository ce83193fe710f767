/** Forgets a server and its token, after saying what that means. What could not be done there is said afterwards. */
import { useMutation } from "@tanstack/react-query";
import type { SavedBackend, TokenThere } from "@/bindings/bindings";
import { api, describeError } from "@/host";
import { Button } from "@/shared/ui/Button";
import { Dialog } from "@/shared/ui/Dialog";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";
import { useBackendStore } from "@/stores";

interface Props {
  backend: SavedBackend;
  onClose: () => void;
}

/** The token that the server takes for good still, and how it is ended there. */
function StillGood({
  server,
  there: { name, why },
  onClose,
}: {
  server: string;
  there: Extract<TokenThere, { token: "still_good" }>;
  onClose: () => void;
}) {
  return (
    <Dialog
      open
      onClose={onClose}
      title={`${server} is removed here`}
      description={`It could not be told: ${why.message}`}
      actions={
        <Button variant="primary" onClick={onClose}>
          Close
        </Button>
      }
    >
      <p className="pt-3 text-ink-2">
        This window has forgotten its token, but the server still takes it for good. To end it, run
        this where the server is:
      </p>
      <p className="mt-2 rounded-md bg-hover px-3 py-2 font-mono text-note break-words text-ink select-text">
        wheelhouse-server tokens revoke "{name}"
      </p>
    </Dialog>
  );
}

/** The dialog. */
export function RemoveServer({ backend: { id, name }, onClose }: Props) {
  const chosen = useBackendStore((state) => state.chosen === id);
  const remove = useMutation({
    mutationFn: () => api.removeBackend(id),
    onSuccess: ({ there, goOn }) => {
      if (there.token === "still_good") return;
      onClose();
      goOn();
    },
  });
  const done = remove.data;
  if (done?.there.token === "still_good") {
    const close = () => {
      onClose();
      done.goOn();
    };
    return <StillGood server={name} there={done.there} onClose={close} />;
  }
  return (
    <Dialog
      open
      onClose={onClose}
      title={`Remove ${name}?`}
      description={
        <>
          This window forgets its address and its token, and {name} takes the token back. What runs
          there goes on. {chosen ? "The window works on this machine from then on. " : ""}
          To come back, pair again.
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
