// Takes in the file of a template. The window reads the file itself, so no folder of the machine is opened to it.

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type ChangeEvent, useRef } from "react";
import { api, describeError } from "@/host";
import { Button } from "@/shared/ui/Button";
import { Dialog } from "@/shared/ui/Dialog";
import { refreshTemplates } from "./templateQueries";

/** The button, and what went wrong after it. */
export function ImportTemplate() {
  const input = useRef<HTMLInputElement>(null);
  const client = useQueryClient();
  const navigate = useNavigate();
  const taking = useMutation({
    mutationFn: async (file: File) => api.importTemplate(await file.text()),
    onSuccess: async ({ uid }) => {
      await refreshTemplates(client);
      await navigate({ to: "/templates/$uid", params: { uid } });
    },
  });
  const onChange = (event: ChangeEvent<HTMLInputElement>) => {
    const file = event.target.files?.[0];
    // The same file can be chosen again after it was mended.
    event.target.value = "";
    if (file !== undefined) taking.mutate(file);
  };
  const problem = taking.error === null ? null : describeError(taking.error);
  return (
    <>
      <input
        ref={input}
        type="file"
        accept=".json,application/json"
        aria-label="File of a template"
        className="hidden"
        onChange={onChange}
      />
      <Button busy={taking.isPending} onClick={() => input.current?.click()}>
        Import
      </Button>
      <Dialog
        open={problem !== null}
        onClose={() => taking.reset()}
        title="The file was not taken in"
        description={problem?.message}
        actions={<Button onClick={() => taking.reset()}>Close</Button>}
      >
        {problem?.nextStep ? <p className="text-ink-2">{problem.nextStep}</p> : undefined}
      </Dialog>
    </>
  );
}
