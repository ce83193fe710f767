// The workflows of a template, newest first, a page at a time.

import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useEffect } from "react";
import type { WorkflowView } from "@/bindings/bindings";
import { api, describeError } from "@/host";
import { plural } from "@/shared/lib/format";
import { Button } from "@/shared/ui/Button";
import { Elapsed } from "@/shared/ui/Elapsed";
import { EmptyState } from "@/shared/ui/EmptyState";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";
import { RunBadge } from "@/shared/ui/RunBadge";
import { Skeleton } from "@/shared/ui/Skeleton";
import { TimeAgo } from "@/shared/ui/TimeAgo";
import { useWorkflowStore } from "@/stores";

const PAGE = 30;

/** The pages so far. A workflow that appears, ends or goes makes them old. */
function useRuns(uid: string) {
  const runs = useInfiniteQuery({
    queryKey: ["template-runs", uid],
    queryFn: ({ pageParam: before }: { pageParam: number | null }) =>
      api.listWorkflows({ statuses: [], query: "", template: uid, before, limit: PAGE }),
    initialPageParam: null,
    getNextPageParam: (page) => (page.more ? (page.workflows.at(-1)?.id ?? null) : null),
  });
  const { refetch } = runs;
  const lately = useWorkflowStore((state) =>
    state.workflows
      .filter(({ template }) => template.uid === uid)
      .map(({ id, status, moved }) => `${id} ${status} ${moved?.place ?? ""}`)
      .join(),
  );
  // biome-ignore lint/correctness/useExhaustiveDependencies: what changed lately is what tells of it.
  useEffect(() => void refetch(), [lately, refetch]);
  return runs;
}

function Row({ workflow }: { workflow: WorkflowView }) {
  return (
    <Link
      to="/workflows/$id"
      params={{ id: String(workflow.id) }}
      className="row transition-colors hover:bg-hover"
    >
      <RunBadge workflow={workflow} />
      <span className="min-w-0 flex-1 truncate" title={workflow.description}>
        {workflow.name}
      </span>
      <span className="w-20 shrink-0 text-note text-ink-3">
        version {workflow.template.version}
      </span>
      <Elapsed
        from={workflow.started_at}
        to={workflow.completed_at ?? workflow.moved?.since ?? null}
        className="w-20 shrink-0 text-right text-note text-ink-2"
      />
      <TimeAgo
        at={workflow.completed_at ?? workflow.created_at}
        className="w-28 shrink-0 text-right text-note text-ink-2"
      />
    </Link>
  );
}

/** Every run of the template. */
export function RunsTab({ uid }: { uid: string }) {
  const runs = useRuns(uid);
  if (runs.data === undefined) {
    return runs.error === null ? (
      <Skeleton rows={4} label="Loading the runs" />
    ) : (
      <ErrorNotice
        title="The runs could not be read."
        {...describeError(runs.error)}
        action={<Button onClick={() => void runs.refetch()}>Try again</Button>}
      />
    );
  }
  const found = runs.data.pages.flatMap((page) => page.workflows);
  if (found.length === 0) {
    return <EmptyState title="No runs yet">Run the template, and its runs stand here.</EmptyState>;
  }
  return (
    <>
      <p className="tabular mb-1 text-note text-ink-3">
        {plural(runs.data.pages[0]?.matching ?? found.length, "run")}
      </p>
      <ul className="-mx-3 max-w-220">
        {found.map((workflow) => (
          <li key={workflow.id}>
            <Row workflow={workflow} />
          </li>
        ))}
      </ul>
      {runs.hasNextPage ? (
        <Button
          className="mt-3"
          busy={runs.isFetchingNextPage}
          onClick={() => void runs.fetchNextPage()}
        >
          Show older runs
        </Button>
      ) : null}
    </>
  );
}
