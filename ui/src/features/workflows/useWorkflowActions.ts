// Start, pause, resume, cancel, retry, run again and delete, with what happens after each.

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { api } from "@/host";
import { useWorkflowStore } from "@/stores";

const TITLES = {
  start: "The workflow was not started.",
  pause: "The workflow was not paused.",
  resume: "The workflow does not go on.",
  again: "It was not run again.",
  cancel: "The workflow was not cancelled.",
  retry: "The workflow was not taken up again.",
  remove: "The workflow was not deleted.",
} as const;

export type WorkflowAction = keyof typeof TITLES;

/** The actions of one workflow, what is under way and what did not work. */
export function useWorkflowActions(id: number) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const refresh = () =>
    Promise.all([
      client.invalidateQueries({ queryKey: ["workflow", id] }),
      client.invalidateQueries({ queryKey: ["workflows"] }),
      client.invalidateQueries({ queryKey: ["workflow-stats"] }),
    ]);
  // The answer's row is let go: frames bring it in order, and by now they may have brought a newer one.
  const onSuccess = () => void refresh();

  const start = useMutation({ mutationFn: () => api.startWorkflow(id), onSuccess });
  const pause = useMutation({ mutationFn: () => api.pauseWorkflow(id), onSuccess });
  const resume = useMutation({ mutationFn: () => api.resumeWorkflow(id), onSuccess });
  const again = useMutation({
    mutationFn: () => api.runAgain(id),
    onSuccess: async (made) => {
      await navigate({ to: "/workflows/$id", params: { id: String(made.id) } });
      void refresh();
    },
  });
  const cancel = useMutation({ mutationFn: () => api.cancelWorkflow(id), onSuccess });
  const retry = useMutation({ mutationFn: () => api.retryWorkflow(id), onSuccess });
  const remove = useMutation({
    mutationFn: () => api.deleteWorkflow(id),
    onSuccess: async () => {
      // Pages that still hold the workflow are let go, so that the list never shows it again.
      client.removeQueries({ queryKey: ["workflows"] });
      await navigate({ to: "/workflows" });
      useWorkflowStore.getState().deleteWorkflow(id);
      client.removeQueries({ queryKey: ["workflow", id] });
      void refresh();
    },
  });

  const all = { start, pause, resume, again, cancel, retry, remove };
  const failed = (Object.keys(all) as WorkflowAction[]).find((name) => all[name].isError);
  return {
    ...all,
    problem: failed === undefined ? null : { title: TITLES[failed], cause: all[failed].error },
    /** Does one action and forgets what did not work before. */
    run: (name: WorkflowAction) => {
      for (const each of Object.values(all)) each.reset();
      all[name].mutate();
    },
  };
}
