// Every workflow: counts that narrow the list, a search, and the list itself.

import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { ListTree } from "lucide-react";
import { useCallback, useEffect, useState } from "react";
import type { MoveSide } from "@/bindings/bindings";
import { describeError } from "@/host";
import { useListKeys } from "@/shared/hooks/useListKeys";
import { useKeys } from "@/shared/lib/keys";
import { Button } from "@/shared/ui/Button";
import { EmptyState } from "@/shared/ui/EmptyState";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";
import { SearchField } from "@/shared/ui/SearchField";
import { Skeleton } from "@/shared/ui/Skeleton";
import { VirtualList } from "@/shared/ui/VirtualList";
import type { Workflow } from "@/stores";
import { BulkBar } from "./BulkBar";
import { ImportWorkflow } from "./ImportWorkflow";
import { MoveRunDialog } from "./move/MoveRun";
import { RowMenu } from "./move/RowMenu";
import { useTargets } from "./move/sides";
import { UnfinishedMoves } from "./move/UnfinishedMoves";
import { useWorkflowCounts, useWorkflowPages } from "./queries";
import { groupOf, StatusFilter } from "./StatusFilter";
import { useBulk } from "./useBulk";
import { COLUMNS, WorkflowRow } from "./WorkflowRow";
import type { StatusGroup } from "./words";

const TYPING_MS = 200;

/** Group and words of the search, kept in the address so that the way back finds them. */
function useNarrowing() {
  const search: { status?: string; q?: string } = useSearch({ strict: false });
  const navigate = useNavigate();
  const group = groupOf(search.status);
  const [words, setWords] = useState(search.q ?? "");
  const query = search.q ?? "";

  const go = useCallback(
    (status: StatusGroup, q: string) => {
      const narrowed = { ...(status === "all" ? {} : { status }), ...(q === "" ? {} : { q }) };
      void navigate({ to: "/workflows", search: narrowed, replace: true });
    },
    [navigate],
  );
  useEffect(() => {
    if (words.trim() === query) return;
    const timer = setTimeout(() => go(group, words.trim()), TYPING_MS);
    return () => clearTimeout(timer);
  }, [words, query, group, go]);

  const setGroup = (next: StatusGroup) => go(next, words.trim());
  const clear = () => {
    setWords("");
    go("all", "");
  };
  return { group, query, words, setWords, setGroup, clear };
}

function Nothing({ narrowed, onClear }: { narrowed: boolean; onClear: () => void }) {
  return narrowed ? (
    <EmptyState
      title="No workflow matches"
      action={<Button onClick={onClear}>Show all workflows</Button>}
    >
      Try other words, or another group.
    </EmptyState>
  ) : (
    <EmptyState
      icon={<ListTree />}
      title="No workflows yet"
      action={
        <Link to="/" className="text-accent underline underline-offset-2">
          Give the crew a task
        </Link>
      }
    >
      Every task that you give the crew becomes a workflow and stays here with its report.
    </EmptyState>
  );
}

function ColumnNames({
  workflows,
  marked,
  onMarkAll,
  menus,
}: Omit<RowsProps, "onMark" | "onEnd"> & { menus: boolean }) {
  const all = workflows.every(({ id }) => marked.has(id));
  const some = marked.size > 0 && !all;
  return (
    <div className="flex h-8 shrink-0 items-center">
      <input
        ref={(box) => {
          if (box !== null) box.indeterminate = some;
        }}
        type="checkbox"
        aria-label="Mark all"
        checked={all}
        onChange={() => onMarkAll(all ? [] : workflows.map(({ id }) => id))}
        className="ml-1 size-3.5 shrink-0 accent-accent"
      />
      <div className="row h-8 min-w-0 flex-1 text-note text-ink-3" aria-hidden="true">
        <span className={COLUMNS.status}>Status</span>
        <span className="min-w-0 flex-1">Task</span>
        <span className={COLUMNS.work}>Crew at work</span>
        <span className={COLUMNS.started}>Started</span>
        <span className={COLUMNS.time}>Time</span>
      </div>
      {menus ? <span className="w-8 shrink-0" /> : null}
    </div>
  );
}

interface RowsProps {
  workflows: readonly Workflow[];
  marked: ReadonlySet<number>;
  onMark: (id: number) => void;
  onMarkAll: (ids: readonly number[]) => void;
  onEnd: () => void;
}

function Rows({ workflows, marked, onMark, onMarkAll, onEnd }: RowsProps) {
  const navigate = useNavigate();
  const targets = useTargets();
  const [moving, setMoving] = useState<{ id: number; to: MoveSide } | null>(null);
  const leaving = workflows.find(({ id }) => id === moving?.id);
  const { active, setActive } = useListKeys(workflows.length, (index) => {
    const id = workflows[index]?.id;
    if (id !== undefined) void navigate({ to: "/workflows/$id", params: { id: String(id) } });
  });
  useKeys([
    {
      keys: "x",
      label: "Mark the workflow",
      run: () => {
        const id = workflows[active]?.id;
        if (id !== undefined) onMark(id);
      },
    },
  ]);
  const reach = useCallback(
    (id: number) => setActive(workflows.findIndex((workflow) => workflow.id === id)),
    [workflows, setActive],
  );
  return (
    <>
      <ColumnNames
        workflows={workflows}
        marked={marked}
        onMarkAll={onMarkAll}
        menus={targets.length > 0}
      />
      <VirtualList
        label="Workflows"
        items={workflows}
        itemKey={(workflow) => workflow.id}
        estimate={40}
        activeIndex={active}
        onEnd={onEnd}
        className="min-h-0 flex-1 pb-4"
      >
        {(workflow, index) => (
          <div className="flex items-center">
            <input
              type="checkbox"
              aria-label={`Mark ${workflow.name}`}
              checked={marked.has(workflow.id)}
              onChange={() => onMark(workflow.id)}
              className="ml-1 size-3.5 shrink-0 accent-accent"
            />
            <div className="min-w-0 flex-1">
              <WorkflowRow workflow={workflow} active={index === active} onReach={reach} />
            </div>
            <RowMenu
              workflow={workflow}
              targets={targets}
              onMove={({ id }, to) => setMoving({ id, to })}
            />
          </div>
        )}
      </VirtualList>
      {moving === null || leaving === undefined ? null : (
        <MoveRunDialog workflow={leaving} to={moving.to} onClose={() => setMoving(null)} />
      )}
    </>
  );
}

/** The screen at `/workflows`. */
export function WorkflowsScreen() {
  const { group, query, words, setWords, setGroup, clear } = useNarrowing();
  const counts = useWorkflowCounts();
  const bulk = useBulk();
  const pages = useWorkflowPages(group, query);
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = pages;
  const more = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);

  return (
    <div className="flex h-full min-h-0 flex-col px-3 pt-5">
      <div className="flex shrink-0 items-center gap-4 px-3">
        <h1 className="flex-1 text-title font-semibold">Workflows</h1>
        <SearchField label="Search workflows" value={words} onChange={setWords} className="w-60" />
        <ImportWorkflow />
      </div>
      <div className="mt-3 mb-2 shrink-0 px-0.5">
        <StatusFilter stats={counts.data} value={group} onChange={setGroup} />
      </div>
      <UnfinishedMoves className="mx-3 mb-2" />
      <BulkBar bulk={bulk} />
      {pages.error !== null ? (
        <ErrorNotice
          title="The workflows could not be read."
          {...describeError(pages.error)}
          action={<Button onClick={() => void pages.refetch()}>Try again</Button>}
          className="mx-3"
        />
      ) : null}
      {pages.isPending ? <Skeleton rows={8} label="Loading workflows" /> : null}
      {pages.data !== undefined && pages.workflows.length === 0 ? (
        <Nothing narrowed={group !== "all" || query !== ""} onClear={clear} />
      ) : null}
      {pages.workflows.length > 0 ? (
        <Rows
          workflows={pages.workflows}
          marked={bulk.marked}
          onMark={bulk.toggle}
          onMarkAll={bulk.set}
          onEnd={more}
        />
      ) : null}
    </div>
  );
}
