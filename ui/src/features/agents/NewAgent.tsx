// Writing a new specialist. What is written stays until it is added or discarded, also when the panel is closed.

import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, type KeyboardEvent, useEffect } from "react";
import { describeError } from "@/host";
import { InspectorFrame } from "@/shared/inspector/WithInspector";
import { Button } from "@/shared/ui/Button";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";
import { Kbd } from "@/shared/ui/Kbd";
import { AgentFields } from "./AgentFields";
import { useCreateAgent } from "./agentQueries";
import { NEW_AGENT, textOf, useAgentDrafts } from "./drafts";
import { useRefused } from "./useRefused";

/** The panel. Ctrl-Enter adds. */
export function NewAgent({ onClose }: { onClose: () => void }) {
  const navigate = useNavigate();
  const draft = useAgentDrafts((state) => state.drafts[NEW_AGENT]);
  const { beginNew, drop } = useAgentDrafts.getState();
  const create = useCreateAgent((agent) => {
    drop(NEW_AGENT);
    void navigate({ to: "/agents", search: { agent: agent.id }, replace: true });
  });
  const { refused, elsewhere } = useRefused(create.error);
  useEffect(beginNew, [beginNew]);
  if (draft === undefined) return null;
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    if (!create.isPending) create.mutate(textOf(draft));
  };
  const onKeyDown = (event: KeyboardEvent<HTMLFormElement>) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) onSubmit(event);
    // Out of the field, the keys of the window work again.
    if (event.key === "Escape" && event.target instanceof HTMLElement) event.target.blur();
  };
  return (
    <InspectorFrame title="New agent" onClose={onClose}>
      <form aria-label="New agent" onSubmit={onSubmit} onKeyDown={onKeyDown} className="mt-4">
        <AgentFields
          id={NEW_AGENT}
          kind="specialist"
          present={[]}
          draft={draft}
          refused={refused}
        />
        {elsewhere === null ? null : (
          <ErrorNotice title="It was not added." {...describeError(elsewhere)} className="mt-3" />
        )}
        <div className="mt-4 flex items-center gap-2">
          <Button type="submit" variant="primary" busy={create.isPending}>
            Add agent
          </Button>
          <Button
            onClick={() => {
              drop(NEW_AGENT);
              onClose();
            }}
          >
            Discard
          </Button>
          <Kbd keys="mod+enter" className="ml-1" />
        </div>
        <p className="mt-3 text-note text-ink-2">
          Once it is added you can try it on a sample task. The generator gives it parts that fit
          its profession.
        </p>
      </form>
    </InspectorFrame>
  );
}
