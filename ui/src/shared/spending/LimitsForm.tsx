// What may be spent on a day and by each new workflow. It stands in the settings and where spending is seen.

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { BudgetsView } from "@/bindings/bindings";
import { api, describeError } from "@/host";
import { budgetsQuery } from "../budgets";
import { Button } from "../ui/Button";
import { ErrorNotice } from "../ui/ErrorNotice";
import { FieldGroup } from "../ui/FieldGroup";
import { TextField } from "../ui/TextField";
import {
  type BudgetForm,
  formOf,
  isSaved,
  LIMITS,
  type Limits,
  limitsOf,
  moneyProblem,
  tokensProblem,
} from "./limitsForm";

/** What is said above them. */
export const LIMITS_LEAD =
  "Before each model call, what it may cost is set aside. Where there is no room for it, the task waits and asks you. You are told when four fifths are spent.";

interface FieldsProps {
  form: BudgetForm;
  onChange: (form: BudgetForm) => void;
}

function Fields({ form, onChange }: FieldsProps) {
  return (
    <div className="mb-4 flex flex-col gap-4">
      {LIMITS.map(({ limited, title, note }) => (
        <FieldGroup
          key={limited}
          legend={title}
          note={note}
          look="title"
          className="max-w-120"
          layout="grid grid-cols-2 items-start gap-x-3"
        >
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
        </FieldGroup>
      ))}
    </div>
  );
}

/** The fields, and what came of saving them. */
export function LimitsForm({ view }: { view: BudgetsView }) {
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
  );
}
