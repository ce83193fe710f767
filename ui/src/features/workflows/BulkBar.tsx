// What can be done with all marked workflows, how far it is, and what was refused.

import { useState } from "react";
import { describeError } from "@/host";
import { plural } from "@/shared/lib/format";
import { Button } from "@/shared/ui/Button";
import { Dialog } from "@/shared/ui/Dialog";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";
import { ProgressLine } from "@/shared/ui/ProgressLine";
import type { useBulk } from "./useBulk";

/** The bar; nothing while nothing is marked. */
export function BulkBar({ bulk }: { bulk: ReturnType<typeof useBulk> }) {
  const [asking, setAsking] = useState(false);
  const { marked, progress, refused, error, busy } = bulk;
  if (marked.size === 0 && error === null) return null;
  const what = plural(marked.size, "workflow");
  return (
    <section aria-label="Marked workflows" className="mx-3 mb-2 flex flex-col gap-2">
      <div className="flex items-center gap-2 rounded-md bg-accent-soft px-3 py-1.5">
        <span className="flex-1">
          {progress === null ? `${what} marked` : `${progress.done} of ${progress.total} done`}
        </span>
        {progress === null ? null : (
          <ProgressLine
            label="Progress"
            done={progress.done}
            total={progress.total}
            className="w-32"
          />
        )}
        <Button small disabled={busy} onClick={() => bulk.act("cancel")}>
          Cancel
        </Button>
        <Button small disabled={busy} onClick={() => bulk.act("retry")}>
          Retry
        </Button>
        <Button small disabled={busy} onClick={() => setAsking(true)}>
          Delete
        </Button>
        <Button small variant="quiet" onClick={bulk.clear}>
          Unmark
        </Button>
      </div>
      {refused.length === 0 ? null : (
        <ErrorNotice
          title={`${plural(refused.length, "workflow")} stayed as before`}
          message={refused.map(({ id, message }) => `Workflow ${id}: ${message}`).join(" ")}
        />
      )}
      {error === null ? null : <ErrorNotice title="It was not done." {...describeError(error)} />}
      <Dialog
        open={asking}
        onClose={() => setAsking(false)}
        title={`Delete ${what}?`}
        description="Their reports, answers and journals are lost for good. Those that still run are left alone. Agents and your files stay."
        actions={
          <>
            <Button
              variant="danger"
              onClick={() => {
                setAsking(false);
                bulk.act("delete");
              }}
            >
              Delete
            </Button>
            <Button onClick={() => setAsking(false)}>Keep them</Button>
          </>
        }
      />
    </section>
  );
}
