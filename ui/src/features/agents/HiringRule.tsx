// When the generator may hire by itself. A choice is kept at once.

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useId, useState } from "react";
import type { HirePolicy } from "@/bindings/bindings";
import { api, describeError } from "@/host";
import { Button } from "@/shared/ui/Button";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";
import { TextField } from "@/shared/ui/TextField";

const hiringQuery = { queryKey: ["hiring"], queryFn: api.getHiring } as const;

/** What is proposed where nothing was limited yet: as many as a plan has parts. */
const USUALLY = 12;
const MOST = 100;

/** The number that was written; null where it is none. */
function numberOf(text: string): number | null {
  const number = Number(text);
  return /^\d{1,3}$/.test(text.trim()) && number >= 1 && number <= MOST ? number : null;
}

function useSave() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (policy: HirePolicy) => api.saveHiring(policy),
    onSuccess: (view) => client.setQueryData(hiringQuery.queryKey, view),
  });
}

function Most({ most, save }: { most: number; save: ReturnType<typeof useSave> }) {
  const [text, setText] = useState(String(most));
  const wanted = numberOf(text);
  return (
    <form
      className="mt-2 ml-6 flex items-start gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        if (wanted !== null) save.mutate({ rule: "within_limits", most: wanted });
      }}
    >
      <TextField
        label="New agents at once, at most"
        inputMode="numeric"
        value={text}
        error={wanted === null ? `Use a number from 1 to ${MOST}.` : null}
        onChange={(event) => setText(event.target.value)}
      />
      {wanted === null || wanted === most ? null : (
        <Button small type="submit" busy={save.isPending} className="mt-6">
          Save
        </Button>
      )}
    </form>
  );
}

/** The section of the generator's inspector. */
export function HiringRule() {
  const id = useId();
  const { data, error } = useQuery(hiringQuery);
  const save = useSave();
  if (error !== null) {
    return <ErrorNotice title="The rule could not be read." {...describeError(error)} />;
  }
  if (data === undefined) return null;
  const { policy } = data;
  const choices = [
    {
      rule: "within_limits",
      label: "Hire by itself",
      hint: "It asks only where it wants more of them at once.",
      policy: { rule: "within_limits", most: USUALLY },
    },
    {
      rule: "ask_always",
      label: "Ask me each time",
      hint: "You see each job offer and what the new agent would get.",
      policy: { rule: "ask_always" },
    },
  ] as const;
  return (
    <>
      <fieldset className="flex flex-col gap-1">
        <legend className="sr-only">Hiring new agents</legend>
        {choices.map((choice) => (
          <label key={choice.rule} className="flex min-h-8 items-start gap-2">
            <input
              type="radio"
              name={id}
              aria-label={choice.label}
              aria-describedby={`${id}-${choice.rule}`}
              className="mt-0.5 size-4 shrink-0 accent-accent"
              checked={policy.rule === choice.rule}
              onChange={() => save.mutate(choice.policy)}
            />
            <span className="min-w-0">
              <span className="text-ink">{choice.label}</span>
              <span id={`${id}-${choice.rule}`} className="block text-note text-ink-3">
                {choice.hint}
              </span>
            </span>
          </label>
        ))}
      </fieldset>
      {policy.rule === "within_limits" ? (
        <Most key={policy.most} most={policy.most} save={save} />
      ) : null}
      <p className="mt-2 text-note text-ink-2">
        A new agent never gets a tool that the crew does not have.
      </p>
      {save.error === null ? null : (
        <ErrorNotice title="It was not kept." {...describeError(save.error)} className="mt-2" />
      )}
    </>
  );
}
