import { Link, useNavigate } from "@tanstack/react-router";
import { useListKeys } from "@/shared/hooks/useListKeys";
import { cx } from "@/shared/lib/cx";
import { useRowFocus } from "@/shared/list/useRowFocus";
import { Elapsed } from "@/shared/ui/Elapsed";
import { ProgressLine } from "@/shared/ui/ProgressLine";
import { RunBadge } from "@/shared/ui/RunBadge";
import { StatusBadge } from "@/shared/ui/StatusBadge";
import { TimeAgo } from "@/shared/ui/TimeAgo";
import { useAsks, type Workflow } from "@/stores";
import { SectionTitle } from "./SectionTitle";

/** What runs and what ran lately, one line each. J and K go through both. */
export function Runs({ running, recent }: { running: Workflow[]; recent: Workflow[] }) {
  const navigate = useNavigate();
  const rows = [...running, ...recent];
  const { active } = useListKeys(rows.length, (index) => {
    const row = rows[index];
    if (row) void navigate({ to: "/workflows/$id", params: { id: String(row.id) } });
  });
  return (
    <>
      {running.length === 0 ? null : (
        <section aria-labelledby="home-running">
          <SectionTitle id="home-running" count={running.length}>
            Running
          </SectionTitle>
          <ul className="-mx-3">
            {running.map((workflow, index) => (
              <li key={workflow.id}>
                <RunningRow workflow={workflow} active={index === active} />
              </li>
            ))}
          </ul>
        </section>
      )}
      {recent.length === 0 ? null : (
        <section aria-labelledby="home-recent">
          <SectionTitle
            id="home-recent"
            aside={
              <Link
                to="/workflows"
                className="rounded-sm text-note text-ink-2 underline-offset-2 hover:text-ink hover:underline"
              >
                All workflows
              </Link>
            }
          >
            Recent
          </SectionTitle>
          <ul className="-mx-3">
            {recent.map((workflow, index) => (
              <li key={workflow.id}>
                <RecentRow workflow={workflow} active={running.length + index === active} />
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}

const ROW = "row transition-colors hover:bg-hover";

function RunningRow({ workflow, active }: { workflow: Workflow; active: boolean }) {
  const ref = useRowFocus<HTMLAnchorElement>(active);
  const asks = useAsks(workflow.id);
  const waiting = workflow.status === "waiting";
  return (
    <Link
      ref={ref}
      to="/workflows/$id"
      params={{ id: String(workflow.id) }}
      className={cx(ROW, active && "bg-selected")}
    >
      <StatusBadge
        // Amber is for the operator alone: a timer or a sub-workflow is waited for without it.
        status={waiting && !asks ? "pending" : workflow.status}
        iconOnly
        {...(workflow.cancelling
          ? { word: "Cancelling" }
          : waiting
            ? { word: asks ? "Needs you" : "Waiting" }
            : {})}
      />
      <span className="min-w-0 flex-1 truncate" title={workflow.description}>
        {workflow.name}
      </span>
      <span
        className="max-w-52 min-w-0 shrink-[3] truncate text-note text-ink-2"
        title={workflow.working.join(", ")}
      >
        {workflow.cancelling
          ? "Cancelling"
          : waiting
            ? asks
              ? "Waits for you"
              : "Waiting"
            : workflow.working.join(", ")}
      </span>
      <ProgressLine
        label={`Tasks done in ${workflow.name}`}
        done={workflow.tasks_completed}
        total={workflow.tasks_total}
        className="w-20 shrink-0"
      />
      <Elapsed
        from={workflow.started_at}
        to={workflow.completed_at}
        className="w-20 shrink-0 text-right text-note text-ink-2"
      />
    </Link>
  );
}

function RecentRow({ workflow, active }: { workflow: Workflow; active: boolean }) {
  const ref = useRowFocus<HTMLAnchorElement>(active);
  const { moved } = workflow;
  return (
    <Link
      ref={ref}
      to="/workflows/$id"
      params={{ id: String(workflow.id) }}
      className={cx(ROW, active && "bg-selected")}
    >
      <RunBadge workflow={workflow} />
      <span className="min-w-0 flex-1 truncate" title={workflow.description}>
        {workflow.name}
      </span>
      {moved === null ? null : (
        <span className="max-w-52 min-w-0 truncate text-note text-ink-3">
          {moved.place === "gone"
            ? `Moved to ${moved.other_name}`
            : `On its way to ${moved.other_name}`}
        </span>
      )}
      <TimeAgo
        at={workflow.completed_at ?? moved?.since ?? workflow.created_at}
        className="shrink-0 text-note text-ink-2"
      />
    </Link>
  );
}
