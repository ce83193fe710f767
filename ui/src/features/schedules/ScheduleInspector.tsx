// One schedule: what it does, when next, what became of earlier times; and pausing, changing and removing it.

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Pause, Pencil, Play, Trash2, Zap } from "lucide-react";
import { useState } from "react";
import type { ScheduleRunView, ScheduleView } from "@/bindings/bindings";
import { api, describeError } from "@/host";
import { Facts } from "@/shared/inspector/Facts";
import { InspectorFrame, InspectorSection } from "@/shared/inspector/WithInspector";
import { plural } from "@/shared/lib/format";
import { templatesQuery } from "@/shared/queries";
import { NextTimes } from "@/shared/schedules/NextTimes";
import { scheduleQuery, schedulesQuery } from "@/shared/schedules/scheduleQueries";
import { Button } from "@/shared/ui/Button";
import { Dialog } from "@/shared/ui/Dialog";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";
import { HistoryList } from "./HistoryList";
import { catchUpWords, OVERLAP_WORDS } from "./policyWords";
import { ScheduleForm } from "./ScheduleForm";

interface Props {
  schedule: ScheduleView;
  onClose: () => void;
}

/** Pausing and removing, with what went wrong with the last of them. */
function useScheduleActions({ schedule, onClose }: Props) {
  const client = useQueryClient();
  const onSettled = () => client.invalidateQueries({ queryKey: schedulesQuery.queryKey });
  const run = useMutation({ mutationFn: () => api.runSchedule(schedule.id), onSettled });
  const pause = useMutation({
    mutationFn: (paused: boolean) => api.setSchedulePaused(schedule.id, paused),
    onSettled,
  });
  const remove = useMutation({
    mutationFn: () => api.removeSchedule(schedule.id),
    onSuccess: onClose,
    onSettled,
  });
  return { run, pause, remove, problem: run.error ?? pause.error ?? remove.error };
}

function Actions({
  schedule,
  actions,
  onEdit,
}: {
  schedule: ScheduleView;
  actions: ReturnType<typeof useScheduleActions>;
  onEdit: () => void;
}) {
  const [asking, setAsking] = useState(false);
  const { run, pause, remove } = actions;
  return (
    <div className="mt-4 flex flex-wrap gap-2">
      <Button
        small
        busy={run.isPending}
        icon={<Zap className="size-3.5" />}
        onClick={() => run.mutate()}
      >
        Run now
      </Button>
      <Button
        small
        busy={pause.isPending}
        icon={schedule.paused ? <Play className="size-3.5" /> : <Pause className="size-3.5" />}
        onClick={() => pause.mutate(!schedule.paused)}
      >
        {schedule.paused ? "Resume" : "Pause"}
      </Button>
      <Button small icon={<Pencil className="size-3.5" />} onClick={onEdit}>
        Change
      </Button>
      <Button
        small
        variant="quiet"
        busy={remove.isPending}
        icon={<Trash2 className="size-3.5" />}
        onClick={() => setAsking(true)}
      >
        Remove
      </Button>
      <Dialog
        open={asking}
        onClose={() => setAsking(false)}
        title="Remove this schedule?"
        description={`“${schedule.form.name}” starts nothing any more, and what is kept about its due times is lost. Its workflows stay.`}
        actions={
          <>
            <Button
              variant="danger"
              onClick={() => {
                setAsking(false);
                remove.mutate();
              }}
            >
              Remove
            </Button>
            <Button onClick={() => setAsking(false)}>Keep it</Button>
          </>
        }
      />
    </div>
  );
}

/** What the template is called, and which version of it runs. */
function TemplateName({ form }: { form: ScheduleView["form"] }) {
  const { data } = useQuery(templatesQuery);
  const title = data?.find(({ uid }) => uid === form.template)?.title;
  const version =
    form.template_version === null ? "newest version" : `version ${form.template_version}`;
  return (
    <>
      {title ?? "Not in the list any more"}, {version}
    </>
  );
}

/** The inputs as facts, each in full. */
function givenFacts(inputs: unknown) {
  if (typeof inputs !== "object" || inputs === null) return [];
  return Object.entries(inputs).map(([name, value]) => ({
    name: name.charAt(0).toUpperCase() + name.slice(1).replaceAll("_", " "),
    value: Array.isArray(value) ? value.join(", ") : String(value),
  }));
}

/** What became of a run that was wanted now, with the way to it. */
function Begun({ run }: { run: ScheduleRunView }) {
  const { outcome } = run;
  if (outcome.outcome !== "started") {
    return (
      <p role="status" className="mt-3 text-ink-2">
        It waits in line and starts when the earlier run has ended.
      </p>
    );
  }
  return (
    <p role="status" className="mt-3 text-ink-2">
      <Link
        to="/workflows/$id"
        params={{ id: String(outcome.workflow) }}
        className="text-accent underline underline-offset-2"
      >
        Workflow {outcome.workflow}
      </Link>{" "}
      was started. The next due times stay as they are.
    </p>
  );
}

function About({ schedule }: { schedule: ScheduleView }) {
  const { form } = schedule;
  const detail = useQuery(scheduleQuery(schedule.id));
  return (
    <>
      {schedule.problem === null ? null : (
        <ErrorNotice
          title="Nothing can start."
          message={schedule.problem}
          nextStep="Change the schedule and save it."
          className="mt-4"
        />
      )}
      <InspectorSection title="Next">
        {schedule.paused ? (
          <p className="text-ink-2">Paused. What is due now is not made up for later.</p>
        ) : (
          <NextTimes times={schedule.next} zone={form.zone} />
        )}
      </InspectorSection>
      <InspectorSection title="What it does">
        <Facts
          facts={[
            { name: "When", value: `${schedule.words || form.cron} (${form.cron})` },
            { name: "Template", value: <TemplateName form={form} /> },
            ...givenFacts(form.inputs),
            { name: "Overlap", value: OVERLAP_WORDS[form.overlap] },
            { name: "Asleep", value: catchUpWords(form) },
            {
              name: "In line",
              value: schedule.waiting > 0 ? plural(schedule.waiting, "due time") : null,
            },
          ]}
        />
      </InspectorSection>
      <InspectorSection title="History">
        {detail.error === null ? (
          detail.data === undefined ? null : (
            <HistoryList history={detail.data.history} zone={form.zone} />
          )
        ) : (
          <ErrorNotice title="The history could not be read." {...describeError(detail.error)} />
        )}
      </InspectorSection>
    </>
  );
}

/** The inspector. Changing takes its place. */
export function ScheduleInspector({ schedule, onClose }: Props) {
  const [editing, setEditing] = useState(false);
  const actions = useScheduleActions({ schedule, onClose });
  const stop = () => setEditing(false);
  return (
    <InspectorFrame title={schedule.form.name} onClose={onClose}>
      {editing ? (
        <ScheduleForm schedule={schedule} onSaved={stop} onCancel={stop} />
      ) : (
        <>
          <Actions schedule={schedule} actions={actions} onEdit={() => setEditing(true)} />
          {actions.run.data?.last ? <Begun run={actions.run.data.last} /> : null}
          {actions.problem === null ? null : (
            <ErrorNotice
              title="That did not work."
              {...describeError(actions.problem)}
              className="mt-3"
            />
          )}
          <About schedule={schedule} />
        </>
      )}
    </InspectorFrame>
  );
}
