// When the generator may hire by itself. A choice is kept at once.

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useId, useState } from "react";
import type { HirePolicy, PartBudget } from "@/bindings/bindings";
import { api, describeError } from "@/host";
import { dollarsText, readCount, readDollars } from "@/shared/lib/money";
import { Button } from "@/shared/ui/Button";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";
import { FieldGroup } from "@/shared/ui/FieldGroup";
import { TextField } from "@/shared/ui/TextField";

const hiringQuery = { queryKey: ["hiring"], queryFn: api.getHiring } as const;

type Within = Extract<HirePolicy, { rule: "within_limits" }>;

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

/** What was written beside the number; null while one of them can't be read. */
function budgetOf(money: string, tokens: string): PartBudget | null {
  const [amount, count] = [readDollars(money), readCount(tokens)];
  if (amount === undefined || count === undefined || amount === 0 || count === 0) return null;
  return { money: amount, tokens: count };
}

const isSame = (some: PartBudget, other: PartBudget) =>
  (some.money ?? null) === (other.money ?? null) &&
  (some.tokens ?? null) === (other.tokens ?? null);

const isUnlimited = (budget: PartBudget) => isSame(budget, {});

function problemIn(read: number | null | undefined, words: string): string | null {
  return read === undefined || read === 0 ? words : null;
}

function Within({ policy, save }: { policy: Within; save: ReturnType<typeof useSave> }) {
  const saved = policy.each ?? {};
  const [text, setText] = useState(String(policy.most));
  const [money, setMoney] = useState(dollarsText(saved.money ?? null));
  const [tokens, setTokens] = useState(saved.tokens?.toString() ?? "");
  const [most, each] = [numberOf(text), budgetOf(money, tokens)];
  const wanted = most === null || each === null ? null : { most, each };
  const changed = wanted !== null && !(wanted.most === policy.most && isSame(wanted.each, saved));
  return (
    <form
      className="mt-2 ml-6 flex flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        if (wanted === null) return;
        const limit = isUnlimited(wanted.each) ? {} : { each: wanted.each };
        save.mutate({ rule: "within_limits", most: wanted.most, ...limit });
      }}
    >
      <TextField
        label="New agents at once, at most"
        inputMode="numeric"
        value={text}
        error={most === null ? `Use a number from 1 to ${MOST}.` : null}
        onChange={(event) => setText(event.target.value)}
      />
      <FieldGroup
        legend="Each may spend on a part, at most"
        look="title"
        layout="grid grid-cols-2 items-start gap-x-3"
      >
        <TextField
          label="US dollars"
          inputMode="decimal"
          placeholder="No limit"
          value={money}
          error={problemIn(readDollars(money), "Use an amount like 0.50, or leave it empty.")}
          onChange={(event) => setMoney(event.target.value)}
        />
        <TextField
          label="Tokens"
          inputMode="numeric"
          placeholder="No limit"
          value={tokens}
          error={problemIn(readCount(tokens), "Use a whole number, or leave it empty.")}
          onChange={(event) => setTokens(event.target.value)}
        />
      </FieldGroup>
      {changed ? (
        <div>
          <Button small type="submit" busy={save.isPending}>
            Save
          </Button>
        </div>
      ) : null}
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
  // What is set for the second stands below it.
  const choices = [
    {
      rule: "ask_always",
      label: "Ask me each time",
      hint: "You see each job offer and what the new agent would get.",
      policy: { rule: "ask_always" },
    },
    {
      rule: "within_limits",
      label: "Hire by itself",
      hint: "It asks only where it wants more than you set here.",
      policy: { rule: "within_limits", most: USUALLY },
    },
  ] as const;
  return (
    <>
      <FieldGroup legend="Hiring new agents" look="hidden" layout="flex flex-col gap-1">
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
      </FieldGroup>
      {policy.rule === "within_limits" ? (
        <Within key={JSON.stringify(policy)} policy={policy} save={save} />
      ) : null}
      <p className="mt-2 text-note text-ink-2">
        A new agent never gets a tool or a model that the crew does not have, nor more than the
        workflow has left.
      </p>
      {save.error === null ? null : (
        <ErrorNotice title="It was not kept." {...describeError(save.error)} className="mt-2" />
      )}
    </>
  );
}
