// One source: its facts, what could not be read, and its documents, each of which opens in the viewer.

import { X } from "lucide-react";
import { useState } from "react";
import type { SourceProblem, SourceView } from "@/bindings/bindings";
import { describeError } from "@/host";
import { Facts } from "@/shared/inspector/Facts";
import { formatBytes, formatCount, plural } from "@/shared/lib/format";
import { Button } from "@/shared/ui/Button";
import { Dialog } from "@/shared/ui/Dialog";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";
import { IconButton } from "@/shared/ui/IconButton";
import { ProgressLine } from "@/shared/ui/ProgressLine";
import { StatusBadge } from "@/shared/ui/StatusBadge";
import { TimeAgo } from "@/shared/ui/TimeAgo";
import { useRemoveSource, useRescan } from "./knowledgeQueries";
import { SourceDocuments } from "./SourceDocuments";
import { StaysHereChoice } from "./StaysHereChoice";
import { placeOf, removalWords, STATE_LOOKS, scanWords } from "./sourceWords";
import type { Scan } from "./useScans";

interface Props {
  source: SourceView;
  scan: Scan | undefined;
  onClose: () => void;
}

function Problems({ problems }: { problems: readonly SourceProblem[] }) {
  if (problems.length === 0) return null;
  return (
    <details className="mt-2">
      <summary className="inline-flex h-7 items-center rounded-md text-note font-medium text-bad">
        {plural(problems.length, "file")} could not be read
      </summary>
      <ul className="max-h-50 overflow-y-auto">
        {problems.map((problem) => (
          <li key={problem.path} className="py-1">
            <p className="break-words text-ink">{problem.path}</p>
            <p className="text-note break-words text-ink-2">{problem.reason}</p>
          </li>
        ))}
      </ul>
    </details>
  );
}

function RemoveDialog({
  source,
  open,
  onClose,
  onRemove,
}: {
  source: SourceView;
  open: boolean;
  onClose: () => void;
  onRemove: () => void;
}) {
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title="Remove this source?"
      description={removalWords(source)}
      actions={
        <>
          <Button variant="danger" onClick={onRemove}>
            Remove
          </Button>
          <Button onClick={onClose}>Keep it</Button>
        </>
      }
    />
  );
}

function Actions({
  source,
  busy,
  onGone,
}: {
  source: SourceView;
  busy: boolean;
  onGone: () => void;
}) {
  const rescan = useRescan();
  const remove = useRemoveSource();
  const [asking, setAsking] = useState(false);
  const failed = rescan.error ?? remove.error;
  return (
    <>
      <div className="mt-3 flex gap-2">
        <Button small busy={rescan.isPending || busy} onClick={() => rescan.mutate(source.id)}>
          Re-scan
        </Button>
        <Button small variant="quiet" busy={remove.isPending} onClick={() => setAsking(true)}>
          Remove
        </Button>
      </div>
      {failed === null ? null : (
        <ErrorNotice
          title={rescan.error === null ? "The source was not removed." : "The source was not read."}
          {...describeError(failed)}
          className="mt-3"
        />
      )}
      <RemoveDialog
        source={source}
        open={asking}
        onClose={() => setAsking(false)}
        onRemove={() => {
          setAsking(false);
          remove.mutate(source.id, { onSuccess: onGone });
        }}
      />
    </>
  );
}

/** The selected source. */
export function SourceInspector({ source, scan, onClose }: Props) {
  const reading = scan !== undefined || source.state === "scanning";
  return (
    <div className="flex h-full min-h-0 flex-col">
      <header className="shrink-0 px-5 pt-4">
        <div className="flex items-start gap-3">
          <h2 className="min-w-0 flex-1 text-title font-semibold break-words select-text">
            {source.name}
          </h2>
          <IconButton label="Close" keys="esc" icon={<X />} onClick={onClose} className="-mr-2" />
        </div>
        <div className="mt-2 mb-3 flex h-5 items-center gap-3">
          <StatusBadge {...STATE_LOOKS[reading ? "scanning" : source.state]} />
          {reading ? (
            <>
              <span className="tabular text-note text-ink-2">{scanWords(scan)}</span>
              <ProgressLine
                label={`Reading ${source.name}`}
                done={scan?.done ?? 0}
                total={scan?.total ?? 0}
                className="flex-1"
              />
            </>
          ) : null}
        </div>
        <Facts
          facts={[
            { name: "Where", value: placeOf(source) },
            { name: "Documents", value: formatCount(source.documents) },
            { name: "Passages", value: formatCount(source.chunks) },
            { name: "Size", value: formatBytes(source.bytes) },
            {
              name: "Last read",
              value: source.scanned_at === null ? "Never" : <TimeAgo at={source.scanned_at} />,
            },
          ]}
        />
        <StaysHereChoice source={source} />
        <Problems problems={source.problems} />
        <Actions source={source} busy={reading} onGone={onClose} />
      </header>
      <SourceDocuments key={source.id} source={source} />
    </div>
  );
}
