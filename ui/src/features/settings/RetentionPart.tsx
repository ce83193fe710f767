import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { RetentionRule, RetentionView } from "@/bindings/bindings";
import { api, describeError } from "@/host";
import { formatBytes, formatTime, plural } from "@/shared/lib/format";
import { Button } from "@/shared/ui/Button";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";
import { Skeleton } from "@/shared/ui/Skeleton";
import { TextField } from "@/shared/ui/TextField";
import { CleanUp } from "./CleanUp";
import { retentionQuery } from "./data";
import { Part } from "./Part";
import {
  BOUNDS,
  formOf,
  isOff,
  isSame,
  problemOf,
  type RetentionForm,
  ruleOf,
} from "./retentionForm";

/** What a rule would delete now, in words. */
function Preview({ rule }: { rule: RetentionRule }) {
  const preview = useQuery({
    queryKey: ["retention", "preview", rule],
    queryFn: () => api.previewRetention(rule),
    placeholderData: keepPreviousData,
    enabled: !isOff(rule),
  });
  if (isOff(rule)) return <p className="text-ink-2">Every workflow is kept.</p>;
  if (preview.error !== null) {
    return (
      <ErrorNotice
        title="What this would delete could not be found out."
        {...describeError(preview.error)}
      />
    );
  }
  if (preview.data === undefined) return <p className="text-ink-2">Counting what this deletes.</p>;
  const { workflows, bytes, kept, until } = preview.data;
  if (workflows === 0) return <p className="text-ink-2">This would delete nothing now.</p>;
  return (
    <p className="text-ink-2">
      This would delete <strong className="text-ink">{plural(workflows, "workflow")}</strong>, about{" "}
      <strong className="text-ink">{formatBytes(bytes)}</strong>
      {until === null ? "" : `, ended until ${formatTime(until)}`}. {plural(kept, "ended workflow")}{" "}
      {kept === 1 ? "stays" : "stay"}.
    </p>
  );
}

function Fields({
  form,
  onChange,
}: {
  form: RetentionForm;
  onChange: (form: RetentionForm) => void;
}) {
  return (
    <div className="mb-3 grid max-w-120 grid-cols-3 gap-3">
      {BOUNDS.map(({ bound, label, most }) => (
        <TextField
          key={bound}
          label={label}
          inputMode="numeric"
          placeholder="No bound"
          value={form[bound]}
          error={problemOf(form[bound], most)}
          onChange={(event) => onChange({ ...form, [bound]: event.target.value })}
        />
      ))}
    </div>
  );
}

function Rule({ view }: { view: RetentionView }) {
  const client = useQueryClient();
  const [form, setForm] = useState(() => formOf(view.rule));
  const rule = ruleOf(form);
  const changed = rule !== null && !isSame(rule, view.rule);
  const save = useMutation({
    mutationFn: api.saveRetention,
    onSuccess: (saved) => client.setQueryData(retentionQuery.queryKey, saved),
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (changed) save.mutate(rule);
      }}
    >
      <Fields form={form} onChange={setForm} />
      <div role="status" className="mb-3 max-w-[70ch]">
        {rule === null ? null : <Preview rule={rule} />}
      </div>
      {save.error === null ? null : (
        <ErrorNotice
          title="The rule was not saved."
          {...describeError(save.error)}
          className="mb-3"
        />
      )}
      <div className="flex gap-2">
        <Button type="submit" variant="primary" disabled={!changed} busy={save.isPending}>
          Save rule
        </Button>
        {changed ? <Button onClick={() => setForm(formOf(view.rule))}>Undo</Button> : null}
      </div>
      <CleanUp view={view} blocked={changed || rule === null} />
    </form>
  );
}

/** How long ended workflows are kept. */
export function RetentionPart() {
  const retention = useQuery({
    ...retentionQuery,
    refetchInterval: ({ state }) => (state.data?.running ? 400 : false),
  });
  return (
    <Part
      title="Old workflows"
      lead="Ended workflows can be deleted by rule, the oldest first, at each start and once a day. Those that have not ended always stay, and so do agents. What is deleted is gone, with its journal and report."
    >
      {retention.data !== undefined ? (
        <Rule view={retention.data} />
      ) : retention.error === null ? (
        <Skeleton rows={3} label="Loading the rule" className="-mx-3" />
      ) : (
        <ErrorNotice
          title="The rule could not be read."
          {...describeError(retention.error)}
          action={<Button onClick={() => void retention.refetch()}>Try again</Button>}
        />
      )}
    </Part>
  );
}
