// What a fork changes, what would follow from it, and its start.

import { keepPreviousData, useMutation, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import type { ForkEdit, TaskDetail } from "@/bindings/bindings";
import { api } from "@/host";
import { useSettled } from "@/shared/hooks/useSettled";
import type { Task, Workflow } from "@/stores";
import { type Draft, type EditKind, editOf } from "./edits";

/** Wait after the last letter before the plan is asked for, in milliseconds. */
const PAUSE = 350;

/** What the run was given, by name. Runs of the first program have only their task. */
export const givenTo = (workflow: Workflow): unknown =>
  workflow.inputs ?? { task: workflow.description };

function firstDraft(task: Task, workflow: Workflow, detail: TaskDetail, kind: EditKind): Draft {
  const data = detail.data ?? null;
  return {
    kind,
    prompt: detail.told,
    model: task.model ?? "",
    output: data === null ? (detail.answer?.text ?? "") : JSON.stringify(data, null, 2),
    inputs: { values: givenTo(workflow) },
  };
}

/** The state of the dialog. */
export function useFork(task: Task, workflow: Workflow, detail: TaskDetail, kind: EditKind) {
  const navigate = useNavigate();
  const [draft, setDraft] = useState(() => firstDraft(task, workflow, detail, kind));
  const [agreed, setAgreed] = useState(false);
  const structured = (detail.data ?? null) !== null;
  const edit = editOf(draft, structured);
  const change = typeof edit === "string" ? null : edit;
  const settled = useSettled(change, PAUSE);
  const name = { workflow_id: task.workflow_id, task_id: task.id };
  const plan = useQuery({
    queryKey: ["fork-plan", name, settled],
    queryFn: () => api.planFork(name, settled as ForkEdit),
    enabled: settled !== null,
    // The plan of a moment ago stays while the next is made, so that nothing jumps.
    placeholderData: keepPreviousData,
    retry: false,
    gcTime: 0,
  });
  const start = useMutation({
    mutationFn: (wanted: ForkEdit) => api.forkWorkflow(name, wanted, agreed),
    onSuccess: (made) =>
      navigate({ to: "/workflows/$id", params: { id: String(made.id) }, search: {} }),
  });
  const known = change === null || plan.isError ? undefined : plan.data;
  // What stands there must be what would happen: not the plan of a moment ago.
  const fresh = !plan.isPlaceholderData && JSON.stringify(settled) === JSON.stringify(change);
  const repeats = (known?.repeats.length ?? 0) > 0;
  return {
    draft,
    structured,
    /** Why nothing can be begun yet; null where it can. */
    problem: typeof edit === "string" ? edit : null,
    plan: known,
    agreed,
    agree: setAgreed,
    ready: known !== undefined && fresh && (agreed || !repeats),
    busy: start.isPending,
    error: start.error ?? (change === null ? null : plan.error),
    change: (next: Partial<Draft>) => {
      setAgreed(false);
      start.reset();
      setDraft((known) => ({ ...known, ...next }));
    },
    begin: () => {
      if (change !== null) start.mutate(change);
    },
  };
}
