/**
 * What stands in place of every screen while the data can't be opened: why, and the ways out. A copy of the journal can
 * take its place from here, because Settings can't be reached.
 */
import { useMutation } from "@tanstack/react-query";
import { api, describeError } from "@/host";
import { beginAnew } from "@/shared/lib/restored";
import { Button } from "@/shared/ui/Button";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";
import { useConnectionStore } from "@/stores";
import { ClosedCopies } from "./ClosedCopies";

/** The screen. */
export function ClosedScreen() {
  const { error, code } = useConnectionStore((state) => state.status);
  const again = useMutation({ mutationFn: api.reopenBackend, onSuccess: () => beginAnew() });
  return (
    <div className="h-full overflow-y-auto">
      <div className="mx-auto w-full max-w-160 px-8 pt-[clamp(28px,8vh,88px)] pb-14">
        <h1 className="mb-4 text-display font-semibold tracking-tight">
          Your data can't be opened
        </h1>
        <ErrorNotice
          title={code === "conflict" ? "It is in use" : "It is left as it is"}
          message={again.error === null ? (error ?? "") : describeError(again.error).message}
          nextStep={again.error === null ? null : describeError(again.error).nextStep}
          action={
            <Button small busy={again.isPending} onClick={() => again.mutate()}>
              Try again
            </Button>
          }
        />
        {code === "unreadable" ? <ClosedCopies /> : null}
      </div>
    </div>
  );
}
