// What can be done with all marked workflows, how far it is, and what was refused.

import { type RefObject, useEffect, useRef, useState } from "react";
import { describeError } from "@/host";
import { plural } from "@/shared/lib/format";
import { Button } from "@/shared/ui/Button";
import { Dialog } from "@/shared/ui/Dialog";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";
import { ProgressLine } from "@/shared/ui/ProgressLine";
import type { useBulk } from "./useBulk";

type Bulk = ReturnType<typeof useBulk>;

function Acts({ bulk, onDelete }: { bulk: Bulk; onDelete: () => void }) {
  const { busy } = bulk;
  return (
    <>
      <Button small disabled={busy} onClick={() => bulk.act("cancel")}>
        Cancel
      </Button>
      <Button small disabled={busy} onClick={() => bulk.act("retry")}>
        Retry
      </Button>
      <Button small disabled={busy} onClick={onDelete}>
        Delete
      </Button>
    </>
  );
}

/** What is marked, how far an act is, or what it did. */
function Standing({ bulk }: { bulk: Bulk }) {
  const { marked, progress, told } = bulk;
  if (progress !== null) {
    const { done, total } = progress;
    return (
      <>
        <span className="tabular flex-1">{`${done} of ${total} done`}</span>
        <ProgressLine label="Progress" done={done} total={total} className="w-32" />
      </>
    );
  }
  const words = `${plural(marked.size, "workflow")} marked`;
  return (
    <output className="flex-1">
      {[...(told === null ? [] : [told]), ...(marked.size === 0 ? [] : [words])].join(" ")}
    </output>
  );
}

/** Brings the focus back to the bar when an act has taken away what had it. */
function useKeptFocus(bar: RefObject<HTMLElement | null>, busy: boolean): void {
  const was = useRef(busy);
  useEffect(() => {
    const ended = was.current && !busy;
    was.current = busy;
    const { activeElement } = document;
    if (ended && (activeElement === null || activeElement === document.body)) bar.current?.focus();
  }, [bar, busy]);
}

function Question({
  what,
  onDelete,
  onClose,
  focusAfter,
}: {
  what: string;
  focusAfter: () => HTMLElement | true | null;
  onDelete: () => void;
  onClose: () => void;
}) {
  return (
    <Dialog
      open
      onClose={onClose}
      focusAfter={focusAfter}
      title={`Delete ${what}?`}
      description="Their reports, answers and journals are lost for good. Those that still run are left alone. Agents and your files stay."
      actions={
        <>
          <Button variant="danger" onClick={onDelete}>
            Delete
          </Button>
          <Button onClick={onClose}>Keep them</Button>
        </>
      }
    />
  );
}

/** The bar; nothing while nothing is marked and nothing was done. */
export function BulkBar({ bulk }: { bulk: Bulk }) {
  const [asking, setAsking] = useState(false);
  const bar = useRef<HTMLElement>(null);
  const sent = useRef(false);
  const { marked, refused, error, told, busy } = bulk;
  useKeptFocus(bar, busy);
  const ask = () => {
    sent.current = false;
    setAsking(true);
  };
  // What was done is known a moment after the marks have gone: the bar stays meanwhile, and with it the focus.
  if (marked.size === 0 && error === null && told === null && !busy) return null;
  return (
    <section
      ref={bar}
      aria-label="Marked workflows"
      tabIndex={-1}
      className="mx-3 mb-2 flex flex-col gap-2 rounded-md"
    >
      <div className="flex items-center gap-2 rounded-md bg-accent-soft px-3 py-1.5">
        <Standing bulk={bulk} />
        {marked.size === 0 ? null : <Acts bulk={bulk} onDelete={ask} />}
        <Button small variant="quiet" disabled={busy} onClick={bulk.clear}>
          {marked.size === 0 ? "Close" : "Unmark"}
        </Button>
      </div>
      {refused.length === 0 ? null : (
        <ErrorNotice
          title={`${plural(refused.length, "workflow")} stayed as before`}
          message={refused.map(({ message }) => message).join(" ")}
        />
      )}
      {error === null ? null : <ErrorNotice title="It was not done." {...describeError(error)} />}
      {asking ? (
        <Question
          what={plural(marked.size, "workflow")}
          // Deleting takes the button away that opened it.
          focusAfter={() => (sent.current ? bar.current : true)}
          onClose={() => setAsking(false)}
          onDelete={() => {
            sent.current = true;
            setAsking(false);
            bulk.act("delete");
          }}
        />
      ) : null}
    </section>
  );
}
