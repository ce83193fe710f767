// Every schedule, what went wrong lately, and the form for a new one.

import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { CalendarClock, Plus } from "lucide-react";
import { useCallback, useState } from "react";
import type { ScheduleView } from "@/bindings/bindings";
import { describeError } from "@/host";
import { useListKeys } from "@/shared/hooks/useListKeys";
import { InspectorFrame, WithInspector } from "@/shared/inspector/WithInspector";
import { plural } from "@/shared/lib/format";
import { ScheduleNotices } from "@/shared/schedules/ScheduleNotices";
import { schedulesQuery, useFreshSchedules } from "@/shared/schedules/scheduleQueries";
import { Button } from "@/shared/ui/Button";
import { EmptyState } from "@/shared/ui/EmptyState";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";
import { Skeleton } from "@/shared/ui/Skeleton";
import { VirtualList } from "@/shared/ui/VirtualList";
import { ScheduleForm } from "./ScheduleForm";
import { ScheduleInspector } from "./ScheduleInspector";
import { ScheduleRow } from "./ScheduleRow";

/** The selected schedule, as the address says: `?schedule=3`. */
function useSelected() {
  const { schedule }: { schedule?: number } = useSearch({ strict: false });
  const navigate = useNavigate();
  const select = useCallback(
    (id: number | null) => {
      const search = id === null ? {} : { schedule: id };
      void navigate({ to: "/schedules", search, replace: true });
    },
    [navigate],
  );
  return { selectedId: schedule ?? null, select };
}

interface RowsProps {
  schedules: readonly ScheduleView[];
  selectedId: number | null;
  onOpen: (id: number) => void;
}

function Rows({ schedules, selectedId, onOpen }: RowsProps) {
  const { active, setActive } = useListKeys(schedules.length, (index) => {
    const id = schedules[index]?.id;
    if (id !== undefined) onOpen(id);
  });
  const reach = useCallback(
    (id: number) => setActive(schedules.findIndex((each) => each.id === id)),
    [schedules, setActive],
  );
  return (
    <>
      <div className="row h-8 shrink-0 text-note text-ink-3" aria-hidden="true">
        <span className="min-w-0 flex-1">Schedule</span>
        <span className="w-48 shrink-0 @max-xl:hidden">Next, here</span>
        <span className="w-32 shrink-0">Last</span>
      </div>
      <VirtualList
        label="Schedules"
        items={schedules}
        itemKey={(schedule) => schedule.id}
        estimate={48}
        activeIndex={active}
        className="min-h-0 flex-1 pb-4"
      >
        {(schedule, index) => (
          <ScheduleRow
            schedule={schedule}
            selected={schedule.id === selectedId}
            active={index === active}
            onOpen={onOpen}
            onReach={reach}
          />
        )}
      </VirtualList>
    </>
  );
}

function Body({
  query,
  selectedId,
  onOpen,
  onNew,
}: Omit<RowsProps, "schedules"> & {
  query: { data: ScheduleView[] | undefined; error: Error | null };
  onNew: () => void;
}) {
  const { data, error } = query;
  if (data === undefined) {
    return error === null ? (
      <Skeleton rows={4} label="Loading schedules" />
    ) : (
      <ErrorNotice
        title="The schedules could not be read."
        {...describeError(error)}
        className="mx-3"
      />
    );
  }
  if (data.length > 0) return <Rows schedules={data} selectedId={selectedId} onOpen={onOpen} />;
  return (
    <EmptyState
      icon={<CalendarClock />}
      title="No schedules"
      action={
        <Button variant="primary" onClick={onNew}>
          New schedule
        </Button>
      }
    >
      A schedule starts a workflow by itself, for example a digest every morning. Wheelhouse must be
      open for it; what was missed can be made up for.
    </EmptyState>
  );
}

/** What stands in the inspector. */
function inspectorOf(
  creating: boolean,
  selected: ScheduleView | undefined,
  { onClose, onSaved }: { onClose: () => void; onSaved: (id: number) => void },
) {
  if (creating) {
    return (
      <InspectorFrame title="New schedule" onClose={onClose}>
        <ScheduleForm schedule={null} onSaved={onSaved} onCancel={onClose} />
      </InspectorFrame>
    );
  }
  return selected === undefined ? null : (
    <ScheduleInspector key={selected.id} schedule={selected} onClose={onClose} />
  );
}

/** The screen at `/schedules`. */
export function SchedulesScreen() {
  useFreshSchedules();
  const query = useQuery(schedulesQuery);
  const { selectedId, select } = useSelected();
  const [creating, setCreating] = useState(false);
  const open = useCallback(
    (id: number | null) => {
      setCreating(false);
      select(id);
    },
    [select],
  );
  const close = useCallback(() => open(null), [open]);
  const schedules = query.data ?? [];
  const selected = schedules.find((schedule) => schedule.id === selectedId);
  return (
    <WithInspector
      name="schedule"
      label="Schedule"
      inspector={inspectorOf(creating, selected, { onClose: close, onSaved: open })}
      onClose={close}
    >
      <div className="@container flex h-full min-h-0 flex-col px-3 pt-5">
        <div className="mb-2 flex shrink-0 items-center gap-3 px-3">
          <h1 className="text-title font-semibold">Schedules</h1>
          <p className="flex-1 text-ink-3">
            {schedules.length > 0 ? plural(schedules.length, "schedule") : null}
          </p>
          <Button
            small
            icon={<Plus className="size-3.5" />}
            onClick={() => {
              select(null);
              setCreating(true);
            }}
          >
            New schedule
          </Button>
        </div>
        <div className="mb-3 px-3 empty:hidden">
          <ScheduleNotices />
        </div>
        <Body query={query} selectedId={selectedId} onOpen={open} onNew={() => setCreating(true)} />
      </div>
    </WithInspector>
  );
}
