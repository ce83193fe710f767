// What an agent spent today and lately, and what it may spend on a day.

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import type { BudgetsView, DayLimit } from "@/bindings/bindings";
import { api, describeError } from "@/host";
import { budgetsQuery, todaysLimit } from "@/shared/budgets";
import { plural } from "@/shared/lib/format";
import { dollarsText, formatMoney, readCount, readDollars, spentInFull } from "@/shared/lib/money";
import { DAY, SHOWN_DAYS, spendingQuery } from "@/shared/spending/spendingQueries";
import { Button } from "@/shared/ui/Button";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";
import { SpendingBar } from "@/shared/ui/SpendingBar";
import { TextField } from "@/shared/ui/TextField";
import type { Agent } from "@/stores";

const NOTHING = { money: 0, possible: 0, unpriced: 0, tokens: 0 };
const AMOUNT = "Use an amount like 2.50, or leave it empty.";
const COUNT = "Use a whole number, or leave it empty.";

/** `$2.00 and 90,000 tokens`; null where nothing is limited. */
function limitWords({ money, tokens }: DayLimit): string | null {
  const parts = [
    (money ?? null) === null ? null : formatMoney(money ?? 0),
    (tokens ?? null) === null ? null : plural(tokens ?? 0, "token"),
  ].filter((part) => part !== null);
  return parts.length === 0 ? null : parts.join(" and ");
}

/** Which limit holds on a day, in a sentence. */
function rule({ budgets }: BudgetsView, agent: string): string {
  const own = budgets.agents?.[agent];
  if (own !== undefined) return `It may spend ${limitWords(own) ?? "without a limit"} a day.`;
  const general = limitWords(budgets.agent_day ?? {});
  return general === null
    ? "It has no limit of its own."
    : `The limit of each agent holds: ${general} a day.`;
}

/** Keeps every other limit as it is. Without money and tokens the agent has no limit of its own any more. */
function useSaveLimit(agent: string, onSaved: () => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (limit: DayLimit) => {
      // What is saved stands as a whole, so it is built on the newest.
      const { budgets } = await api.getBudgets();
      const { [agent]: _before, ...others } = budgets.agents ?? {};
      const none = (limit.money ?? null) === null && (limit.tokens ?? null) === null;
      return api.saveBudgets({
        day: budgets.day ?? {},
        agent_day: budgets.agent_day ?? {},
        workflow: budgets.workflow ?? {},
        agents: none ? others : { ...others, [agent]: limit },
      });
    },
    onSuccess: (view) => {
      client.setQueryData(budgetsQuery.queryKey, view);
      onSaved();
    },
  });
}

function LimitForm({
  agent,
  limit,
  onDone,
}: {
  agent: Agent;
  limit: DayLimit;
  onDone: () => void;
}) {
  const [money, setMoney] = useState(dollarsText(limit.money ?? null));
  const [tokens, setTokens] = useState(limit.tokens?.toString() ?? "");
  const save = useSaveLimit(agent.uid, onDone);
  const [amount, count] = [readDollars(money), readCount(tokens)];
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    if (amount !== undefined && count !== undefined) save.mutate({ money: amount, tokens: count });
  };
  return (
    <form aria-label={`Limit of ${agent.name}`} onSubmit={onSubmit} className="mt-2">
      <div className="grid grid-cols-2 items-start gap-x-3">
        <TextField
          label="US dollars a day"
          autoFocus
          inputMode="decimal"
          placeholder="No limit"
          value={money}
          error={amount === undefined ? AMOUNT : null}
          onChange={(event) => setMoney(event.target.value)}
        />
        <TextField
          label="Tokens a day"
          inputMode="numeric"
          placeholder="No limit"
          value={tokens}
          error={count === undefined ? COUNT : null}
          onChange={(event) => setTokens(event.target.value)}
        />
      </div>
      <p className="mt-1.5 text-note text-ink-2">
        Leave both empty, and the limit of each agent in Settings holds.
      </p>
      {save.error === null ? null : (
        <ErrorNotice
          title="The limit was not saved."
          {...describeError(save.error)}
          className="mt-3"
        />
      )}
      <div className="mt-3 flex gap-2">
        <Button
          small
          type="submit"
          variant="primary"
          busy={save.isPending}
          disabled={amount === undefined || count === undefined}
        >
          Save limit
        </Button>
        <Button small onClick={onDone}>
          Cancel
        </Button>
      </div>
    </form>
  );
}

/** What it spent in the days that the spending's own screen shows. Nothing until that is known, or where it can't be had. */
function Lately({ agent, day }: { agent: Agent; day: number }) {
  const { data } = useQuery(spendingQuery(day - (SHOWN_DAYS - 1) * DAY, day));
  const sum = data?.agents.find((each) => each.agent === agent.uid)?.sum;
  if (sum === undefined) return null;
  return (
    <p className="tabular mt-0.5 text-note text-ink-2">
      {spentInFull(sum.spent)} in the{" "}
      <Link to="/spending" className="underline decoration-line-strong underline-offset-3">
        last {SHOWN_DAYS} days
      </Link>
    </p>
  );
}

/** The section of the inspector. */
export function AgentSpending({ agent }: { agent: Agent }) {
  const [editing, setEditing] = useState(false);
  const { data, error } = useQuery(budgetsQuery);
  if (error !== null) {
    return <ErrorNotice title="What it spent could not be read." {...describeError(error)} />;
  }
  if (data === undefined) return null;
  const spent = data.agents.find((each) => each.agent === agent.uid)?.spent ?? NOTHING;
  return (
    <>
      <p className="tabular text-ink">{spentInFull(spent)} today</p>
      <SpendingBar
        spent={spent}
        reserved={NOTHING}
        budget={todaysLimit(data, agent.uid)}
        className="mt-1.5"
      />
      <Lately agent={agent} day={data.day} />
      {editing ? (
        <LimitForm
          agent={agent}
          limit={data.budgets.agents?.[agent.uid] ?? {}}
          onDone={() => setEditing(false)}
        />
      ) : (
        <div className="mt-1.5 flex items-center justify-between gap-3">
          <p className="text-note text-ink-2">{rule(data, agent.uid)}</p>
          <Button small variant="quiet" onClick={() => setEditing(true)}>
            Change limit
          </Button>
        </div>
      )}
    </>
  );
}
