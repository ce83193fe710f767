// What may be spent, what was spent today, and what models cost.

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { BudgetsView } from "@/bindings/bindings";
import { api, describeError } from "@/host";
import { budgetsQuery, todaysLimit } from "@/shared/budgets";
import { spentInFull } from "@/shared/lib/money";
import { Button } from "@/shared/ui/Button";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";
import { Skeleton } from "@/shared/ui/Skeleton";
import { SpendingBar } from "@/shared/ui/SpendingBar";
import { TextField } from "@/shared/ui/TextField";
import {
  type BudgetForm,
  formOf,
  isSaved,
  LIMITS,
  type Limits,
  limitsOf,
  moneyProblem,
  tokensProblem,
} from "./budgetForm";
import { Part } from "./Part";
import { PricesPart } from "./PricesPart";

/** What is spent grows while this is looked at. */
const RENEWED_MS = 5_000;

function Today({ view }: { view: BudgetsView }) {
  return (
    <Part title="Today" lead="Days begin at midnight UTC.">
      <p className="tabular mb-2 text-ink">{spentInFull(view.spent)}</p>
      <SpendingBar spent={view.spent} reserved={view.reserved} budget={todaysLimit(view)} />
      {view.agents.length === 0 ? null : (
        <table className="mt-3 w-full max-w-120">
          <caption className="sr-only">What agents spent today</caption>
          <tbody>
            {view.agents.map(({ agent, name, spent }) => (
              <tr key={agent} className="h-8">
                <th scope="row" className="text-left font-normal text-ink-2">
                  {name}
                </th>
                <td className="tabular text-right text-ink">{spentInFull(spent)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Part>
  );
}

interface FieldsProps {
  form: BudgetForm;
  onChange: (form: BudgetForm) => void;
}

function Fields({ form, onChange }: FieldsProps) {
  return (
    <div className="mb-4 flex flex-col gap-4">
      {LIMITS.map(({ limited, title, note }) => (
        <fieldset key={limited} className="max-w-120">
          <legend className="mb-1 font-medium text-ink">
            {title} <span className="font-normal text-ink-3">{note}</span>
          </legend>
          <div className="grid grid-cols-2 items-start gap-x-3">
            <TextField
              label="US dollars"
              inputMode="decimal"
              placeholder="No limit"
              value={form[limited].money}
              error={moneyProblem(form[limited].money)}
              onChange={(event) =>
                onChange({ ...form, [limited]: { ...form[limited], money: event.target.value } })
              }
            />
            <TextField
              label="Tokens"
              inputMode="numeric"
              placeholder="No limit"
              value={form[limited].tokens}
              error={tokensProblem(form[limited].tokens)}
              onChange={(event) =>
                onChange({ ...form, [limited]: { ...form[limited], tokens: event.target.value } })
              }
            />
          </div>
        </fieldset>
      ))}
    </div>
  );
}

function LimitsPart({ view }: { view: BudgetsView }) {
  const client = useQueryClient();
  // Until something is written, the fields follow what is saved: it may be changed elsewhere.
  const [written, setWritten] = useState<BudgetForm | null>(null);
  const form = written ?? formOf(view.budgets);
  const limits = limitsOf(form);
  const changed = limits !== null && !isSaved(limits, view.budgets);
  const save = useMutation({
    mutationFn: async (wanted: Limits) => {
      // What is saved stands as a whole, so the limits of single agents are the newest.
      const { budgets } = await api.getBudgets();
      return api.saveBudgets({ ...wanted, agents: budgets.agents ?? {} });
    },
    onSuccess: (saved) => {
      client.setQueryData(budgetsQuery.queryKey, saved);
      setWritten(null);
    },
  });
  return (
    <Part
      title="Limits"
      lead="Before each model call, what it may cost is set aside. Where there is no room for it, the task waits and asks you."
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (changed) save.mutate(limits);
        }}
      >
        <Fields form={form} onChange={setWritten} />
        {save.error === null ? null : (
          <ErrorNotice
            title="The limits were not saved."
            {...describeError(save.error)}
            className="mb-3"
          />
        )}
        <div className="flex items-center gap-2">
          <Button type="submit" variant="primary" disabled={!changed} busy={save.isPending}>
            Save limits
          </Button>
          <span role="status" className="text-note text-ink-2">
            {save.isSuccess && !changed ? "Saved. They hold from the next call on." : ""}
          </span>
        </div>
      </form>
    </Part>
  );
}

/** Budgets and prices. */
export function BudgetsSection() {
  const budgets = useQuery({ ...budgetsQuery, refetchInterval: RENEWED_MS });
  return (
    <>
      {budgets.data !== undefined ? (
        <>
          <Today view={budgets.data} />
          <LimitsPart view={budgets.data} />
        </>
      ) : budgets.error === null ? (
        <Skeleton rows={6} label="Loading budgets" className="-mx-3" />
      ) : (
        <ErrorNotice
          title="The budgets could not be read."
          {...describeError(budgets.error)}
          action={<Button onClick={() => void budgets.refetch()}>Try again</Button>}
        />
      )}
      <PricesPart />
    </>
  );
}
