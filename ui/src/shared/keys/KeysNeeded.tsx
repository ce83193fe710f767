import { useQuery } from "@tanstack/react-query";
import { describeError } from "@/host";
import { keysQuery } from "../queries";
import { Button } from "../ui/Button";
import { ErrorNotice } from "../ui/ErrorNotice";
import { UnlockKeys } from "./UnlockKeys";

/** The answer to a run that waits for locked keys. Nothing is sent to the run: it goes on when keys can be used. */
export function KeysNeeded() {
  const { data: keys, error, refetch } = useQuery(keysQuery);
  if (error !== null && keys === undefined) {
    return (
      <ErrorNotice
        title="How keys are kept could not be read."
        {...describeError(error)}
        action={<Button onClick={() => void refetch()}>Try again</Button>}
      />
    );
  }
  if (keys === undefined || keys.locked || (keys.place === "file" && !keys.exists)) {
    return <UnlockKeys />;
  }
  return (
    <p role="status" className="text-ink-2">
      The keys are unlocked. The run goes on by itself.
    </p>
  );
}
