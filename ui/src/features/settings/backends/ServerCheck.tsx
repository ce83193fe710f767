/** What came of asking a server whether it is there. */
import type { BackendCheck } from "@/bindings/bindings";
import { toHostError } from "@/host";
import { formatCount } from "@/shared/lib/format";
import { Button } from "@/shared/ui/Button";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";

interface Props {
  name: string;
  check: BackendCheck | undefined;
  error: unknown;
  onPairAgain: () => void;
}

/** The answer; nothing before it was asked. */
export function ServerCheck({ name, check, error, onPairAgain }: Props) {
  if (error !== null) {
    const { code, message, details } = toHostError(error);
    return (
      <ErrorNotice
        title={`${name} gave no good answer.`}
        message={message}
        nextStep={details.next_step}
        className="mt-2"
        action={
          code === "unauthorized" ? (
            <Button small onClick={onPairAgain}>
              Pair again
            </Button>
          ) : null
        }
      />
    );
  }
  if (check === undefined) return null;
  const { latency_ms, version, own_version } = check;
  return (
    <p role="status" className="tabular mt-2 pl-7 text-note text-ink-2">
      <span className="text-ok">Answers</span> in {formatCount(Math.max(1, latency_ms))} ms. Version{" "}
      {version}
      {version === own_version ? ", the same as this window." : `; this window is ${own_version}.`}
    </p>
  );
}
