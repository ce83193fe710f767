// A sample task for an agent, beside the form that it is written in. What comes of it stands in no list and is no work of
// the agent's; the newest trials are kept to compare with.

import { ArrowLeft, FlaskConical } from "lucide-react";
import type { FormEvent, KeyboardEvent } from "react";
import { describeError } from "@/host";
import { Button } from "@/shared/ui/Button";
import { EmptyState } from "@/shared/ui/EmptyState";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";
import { IconButton } from "@/shared/ui/IconButton";
import { Kbd } from "@/shared/ui/Kbd";
import { Skeleton } from "@/shared/ui/Skeleton";
import { TextArea } from "@/shared/ui/TextArea";
import type { Agent } from "@/stores";
import { useAgentDrafts } from "../drafts";
import { TrialItem } from "./TrialItem";
import { useSampleTasks, useTrials, useTry } from "./trialQueries";
import { formWords } from "./trialWords";

const LONGEST_TASK = 20_000;

function SampleTask({ agent }: { agent: Agent }) {
  const task = useSampleTasks((state) => state.tasks[agent.id] ?? "");
  const write = useSampleTasks((state) => state.write);
  const draft = useAgentDrafts((state) => state.drafts[agent.id]);
  const trying = useTry(agent);
  const empty = task.trim() === "";
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    if (!empty && !trying.isPending) trying.mutate(task.trim());
  };
  const onKeyDown = (event: KeyboardEvent<HTMLFormElement>) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) onSubmit(event);
    // Out of the field, the keys of the window work again.
    if (event.key === "Escape" && event.target instanceof HTMLElement) event.target.blur();
  };
  return (
    <form aria-label="Sample task" onSubmit={onSubmit} onKeyDown={onKeyDown}>
      <TextArea
        label="Sample task"
        placeholder="A small task of the kind that it will get"
        autoFocus
        rows={3}
        maxLength={LONGEST_TASK}
        className="field-sizing-content max-h-[30vh] min-h-20"
        value={task}
        onChange={(event) => write(agent.id, event.target.value)}
      />
      <div className="mt-2 flex flex-wrap items-center gap-x-3 gap-y-2">
        <Button type="submit" variant="primary" busy={trying.isPending} disabled={empty}>
          Try it
        </Button>
        <Kbd keys="mod+enter" />
        <p className="min-w-0 flex-1 basis-60 text-note text-ink-2">{formWords(agent, draft)}</p>
      </div>
      {trying.error === null ? null : (
        <ErrorNotice
          title="The trial did not begin."
          {...describeError(trying.error)}
          className="mt-3"
        />
      )}
    </form>
  );
}

function Trials({ agent }: { agent: Agent }) {
  const { data, error, refetch } = useTrials(agent.id);
  if (data === undefined) {
    return error === null ? (
      <Skeleton rows={3} label="Loading trials" />
    ) : (
      <ErrorNotice
        title="The trials could not be read."
        {...describeError(error)}
        action={<Button onClick={() => void refetch()}>Try again</Button>}
      />
    );
  }
  const [newest, ...earlier] = data;
  if (newest === undefined) {
    return (
      <EmptyState icon={<FlaskConical />} title="Nothing tried yet">
        Give it a small task that you know a good answer to. Then change its instructions and try
        the same again.
      </EmptyState>
    );
  }
  return (
    <>
      <TrialItem key={newest.work.workflow_id} agent={agent} trial={newest} firstHeading={2} />
      {earlier.length === 0 ? null : (
        <section aria-labelledby="earlier-trials" className="mt-8">
          <h2 id="earlier-trials" className="mb-1 text-note font-semibold text-ink-2">
            Earlier
          </h2>
          <ul className="flex flex-col">
            {earlier.map((trial) => (
              <li key={trial.work.workflow_id}>
                <details className="group">
                  <summary className="-mx-2 flex min-h-8 list-none items-center gap-2 rounded-md px-2 hover:bg-hover">
                    <span
                      aria-hidden="true"
                      className="text-ink-3 transition-transform group-open:rotate-90"
                    >
                      ›
                    </span>
                    <span className="min-w-0 flex-1 truncate text-ink" title={trial.task}>
                      {trial.task}
                    </span>
                  </summary>
                  <div className="pt-2 pb-4 pl-4">
                    <TrialItem agent={agent} trial={trial} firstHeading={3} />
                  </div>
                </details>
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}

/** In the place of the list, while the agent's form stands beside it. */
export function TrialPanel({ agent, onClose }: { agent: Agent; onClose: () => void }) {
  return (
    <section aria-label={`Try ${agent.name}`} className="h-full overflow-y-auto">
      <div className="mx-auto flex max-w-[46em] flex-col gap-6 px-6 pt-5 pb-12">
        <div className="flex items-start gap-2">
          <IconButton
            label="All agents"
            icon={<ArrowLeft />}
            onClick={onClose}
            className="-ml-1.5"
          />
          <div className="min-w-0 flex-1">
            <h1 className="text-title font-semibold break-words">Try {agent.name}</h1>
            <p className="mt-0.5 text-ink-2">
              It works for real and costs what a task costs. Trials stand in no list and don't count
              as its work.
            </p>
          </div>
        </div>
        <SampleTask key={agent.id} agent={agent} />
        <Trials agent={agent} />
      </div>
    </section>
  );
}
