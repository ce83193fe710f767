// The form that a template is run with. What is written is kept until it runs.

import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useId, useRef, useState } from "react";
import type { TemplateView } from "@/bindings/bindings";
import { api, describeError, newRequestKey } from "@/host";
import { FieldList } from "@/shared/form/FieldList";
import { useFields } from "@/shared/form/useFields";
import { Button } from "@/shared/ui/Button";
import { Dialog } from "@/shared/ui/Dialog";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";
import { keepRunDraft, readRunDraft } from "./drafts";

interface Problem {
  message: string;
  nextStep: string | null;
}

/** What is written, and the way to run it. The backend checks the values before anything is made of them. */
function useRun(template: TemplateView, onWaiting: () => void) {
  const navigate = useNavigate();
  const client = useQueryClient();
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  // One wish until it was answered, so that trying again never makes a second workflow.
  const wish = useRef<{ values: string; key: string } | null>(null);
  const { inputs, uid } = template;
  const state = useFields(inputs, {
    draft: readRunDraft(uid),
    onChange: (draft) => keepRunDraft(uid, draft),
  });
  const run = async () => {
    const values = state.read();
    if (busy || values === null) return;
    setBusy(true);
    setProblem(null);
    try {
      const { problems } = api.runsLater() ? { problems: [] } : await api.checkInputs(uid, values);
      const [other] = state.refuse(problems);
      if (problems.length > 0) {
        if (other !== undefined) setProblem({ message: other.message, nextStep: other.next_step });
        return;
      }
      const said = JSON.stringify(values);
      if (wish.current?.values !== said) wish.current = { values: said, key: newRequestKey() };
      const workflow = await api.runTemplate(template, values, wish.current.key);
      keepRunDraft(uid, undefined);
      if (workflow === null) {
        onWaiting();
        return;
      }
      void client.invalidateQueries({ queryKey: ["workflows"] });
      await navigate({ to: "/workflows/$id", params: { id: String(workflow.id) } });
    } catch (cause) {
      setProblem(describeError(cause));
    } finally {
      setBusy(false);
    }
  };
  return { state, problem, busy, run };
}

function RunForm({ template, onClose }: { template: TemplateView; onClose: () => void }) {
  const formId = useId();
  const { state, problem, busy, run } = useRun(template, onClose);
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    void run();
  };
  return (
    <Dialog
      open
      wide
      onClose={onClose}
      title={`Run “${template.title}”`}
      description={
        template.inputs.length === 0 ? "It needs nothing from you." : template.description
      }
      actions={
        <>
          <Button type="submit" form={formId} variant="primary" busy={busy}>
            Run
          </Button>
          <Button onClick={onClose}>Not now</Button>
        </>
      }
    >
      <form
        id={formId}
        noValidate
        onSubmit={onSubmit}
        onKeyDown={(event) => {
          if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) void run();
        }}
        className="flex flex-col gap-4 px-0.5 pb-1"
      >
        {problem === null ? null : <ErrorNotice title="It was not run." {...problem} />}
        <FieldList fields={template.inputs} state={state} focused />
      </form>
    </Dialog>
  );
}

/** The dialog while it is open. */
export function RunDialog({
  template,
  open,
  onClose,
}: {
  template: TemplateView;
  open: boolean;
  onClose: () => void;
}) {
  return open ? <RunForm key={template.uid} template={template} onClose={onClose} /> : null;
}
