import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Trash2 } from "lucide-react";
import type { RetentionView } from "@/bindings/bindings";
import { api, describeError } from "@/host";
import { formatBytes, plural } from "@/shared/lib/format";
import { Button } from "@/shared/ui/Button";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";
import { ProgressLine } from "@/shared/ui/ProgressLine";
import { TimeAgo } from "@/shared/ui/TimeAgo";
import { refreshData, retentionQuery } from "./data";
import { isOff } from "./retentionForm";

interface Props {
  view: RetentionView;
  /** Whether the rule on the screen is not the one that is set. */
  blocked: boolean;
}

/** What the last clean-up did. */
function Last({ last }: { last: NonNullable<RetentionView["last"]> }) {
  return (
    <p role="status" className="mt-3 text-ink-2">
      Cleaned up <TimeAgo at={last.at} />:{" "}
      {last.workflows === 0 ? "nothing to delete" : `${plural(last.workflows, "workflow")} deleted`}
      {last.bytes === 0 ? "" : `, the journal is ${formatBytes(last.bytes)} smaller`}.
    </p>
  );
}

/** Deletes at once what goes by the rule that is set, and shows how far it is. */
export function CleanUp({ view, blocked }: Props) {
  const client = useQueryClient();
  const cleanUp = useMutation({
    mutationFn: () => {
      const done = api.cleanUp();
      // So that progress is asked for from now on.
      void client.invalidateQueries({ queryKey: retentionQuery.queryKey, exact: true });
      return done;
    },
    onSettled: () => refreshData(client),
  });
  const running = cleanUp.isPending || view.running !== null;
  if (isOff(view.rule) && !running) return null;
  return (
    <div className="mt-4 max-w-120">
      <Button
        icon={<Trash2 className="size-3.5" />}
        disabled={blocked}
        busy={running}
        onClick={() => cleanUp.mutate()}
      >
        Clean up now
      </Button>
      {running ? (
        <ProgressLine
          label="Cleaning up"
          done={view.running?.done ?? 0}
          total={view.running?.total ?? 0}
          className="mt-3"
        />
      ) : view.last === null ? null : (
        <Last last={view.last} />
      )}
      {cleanUp.error === null ? null : (
        <ErrorNotice
          title="Not everything was cleaned up."
          {...describeError(cleanUp.error)}
          className="mt-3"
        />
      )}
    </div>
  );
}
