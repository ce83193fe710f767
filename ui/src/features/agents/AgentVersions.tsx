// Every form that an agent has had, what is different in it, and the way back to it.

import { ChevronRight } from "lucide-react";
import { useState } from "react";
import type { AgentVersion } from "@/bindings/bindings";
import { describeError } from "@/host";
import { cx } from "@/shared/lib/cx";
import { Button } from "@/shared/ui/Button";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";
import { Skeleton } from "@/shared/ui/Skeleton";
import { TimeAgo } from "@/shared/ui/TimeAgo";
import type { Agent } from "@/stores";
import { useAgentVersions, useRestoreAgent } from "./agentQueries";
import { DifferenceView } from "./DifferenceView";
import { changedWords } from "./difference";
import { useAgentDrafts } from "./drafts";

interface RowProps {
  agent: Agent;
  version: AgentVersion;
  /** The version before; none for the first. */
  before: AgentVersion | undefined;
}

/** An earlier version against what is now, with the button that brings it back. */
function Earlier({ agent, version }: Omit<RowProps, "before">) {
  const restore = useRestoreAgent(agent);
  // What is being written would be saved over a version that it does not know of.
  const editing = useAgentDrafts((state) => agent.id in state.drafts);
  return (
    <>
      <p className="text-note text-ink-2">Restoring it would change:</p>
      <DifferenceView from={agent} to={version} />
      {restore.error === null ? null : (
        <ErrorNotice title="It was not restored." {...describeError(restore.error)} />
      )}
      <div>
        <Button
          small
          busy={restore.isPending}
          disabled={editing}
          title={editing ? "Save or discard your change first" : undefined}
          onClick={() => restore.mutate(version)}
        >
          Restore this version
        </Button>
      </div>
    </>
  );
}

function VersionRow({ agent, version, before }: RowProps) {
  const [open, setOpen] = useState(false);
  const current = version.version === agent.version;
  return (
    <li>
      <button
        type="button"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
        className="-mx-2 flex w-[calc(100%+16px)] items-center gap-2 rounded-md px-2 py-1.5 text-left hover:bg-hover"
      >
        <ChevronRight
          className={cx("size-3.5 shrink-0 text-ink-3 transition-transform", open && "rotate-90")}
          aria-hidden="true"
        />
        <span className="w-20 shrink-0 text-ink">Version {version.version}</span>
        <span className="min-w-0 flex-1 break-words text-note text-ink-3">
          {current ? "Now. " : ""}
          {before === undefined ? "The first" : changedWords(before, version)}
        </span>
        <TimeAgo at={version.since} className="text-note text-ink-3" />
      </button>
      {open ? (
        <div className="flex flex-col gap-2 pt-1 pb-3 pl-5.5">
          {!current ? (
            <Earlier agent={agent} version={version} />
          ) : before === undefined ? (
            <p className="text-note text-ink-2">It has not been changed.</p>
          ) : (
            <>
              <p className="text-note text-ink-2">It changed:</p>
              <DifferenceView from={before} to={version} />
            </>
          )}
        </div>
      ) : null}
    </li>
  );
}

/** The versions, newest first. */
export function AgentVersions({ agent }: { agent: Agent }) {
  const versions = useAgentVersions(agent);
  if (versions.data === undefined) {
    return versions.error === null ? (
      <Skeleton rows={2} label="Loading versions" className="-mx-3" />
    ) : (
      <ErrorNotice
        title="The versions could not be read."
        {...describeError(versions.error)}
        action={<Button onClick={() => void versions.refetch()}>Try again</Button>}
      />
    );
  }
  return (
    <ul aria-label="Versions">
      {versions.data.map((version, at) => (
        <VersionRow
          key={version.version}
          agent={agent}
          version={version}
          before={versions.data[at + 1]}
        />
      ))}
    </ul>
  );
}
