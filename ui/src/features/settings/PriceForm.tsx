import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useId, useState } from "react";
import type { PriceView } from "@/bindings/bindings";
import { api, describeError } from "@/host";
import { Button } from "@/shared/ui/Button";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";
import { FieldFrame } from "@/shared/ui/FieldFrame";
import { Select } from "@/shared/ui/Select";
import { TextField } from "@/shared/ui/TextField";
import { fieldsOf, PROVIDER_KINDS, type PriceFields, problemsOf, wishOf } from "./priceForm";

interface Props {
  /** What is changed, or what a new one begins with. */
  from: PriceView | null;
  onSaved: (prices: PriceView[]) => void;
  onClose: () => void;
}

const TEXTS: readonly {
  field: Exclude<keyof PriceFields, "kind">;
  label: string;
  type?: string;
}[] = [
  { field: "model", label: "Model, * for the rest of a name" },
  { field: "from", label: "Holds from", type: "date" },
  { field: "input", label: "Read" },
  { field: "output", label: "Written" },
  { field: "cached", label: "Read from what was kept" },
  { field: "cacheWrite", label: "Read and kept for later" },
  { field: "note", label: "Where it is from" },
];

/** One price to set. */
export function PriceForm({ from, onSaved, onClose }: Props) {
  const [fields, setFields] = useState(() => fieldsOf(from, Date.now()));
  const [tried, setTried] = useState(false);
  const save = useMutation({ mutationFn: api.savePrice, onSuccess: onSaved });
  const kindId = useId();
  const problems = problemsOf(fields);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (Object.keys(problems).length === 0) save.mutate(wishOf(fields, from?.id ?? null));
  };
  return (
    <form onSubmit={submit} aria-label="Price" className="mb-4 max-w-160">
      <div className="mb-3 grid grid-cols-3 items-start gap-3 @max-xl:grid-cols-1">
        <FieldFrame id={kindId} label="Form of the provider">
          <Select
            id={kindId}
            label="Form of the provider"
            value={fields.kind}
            options={PROVIDER_KINDS}
            onChange={(kind) => setFields({ ...fields, kind })}
          />
        </FieldFrame>
        {TEXTS.map(({ field, label, type }) => (
          <TextField
            key={field}
            label={label}
            type={type ?? "text"}
            value={fields[field]}
            error={tried ? (problems[field] ?? null) : null}
            onChange={(event) => setFields({ ...fields, [field]: event.target.value })}
          />
        ))}
      </div>
      {save.error === null ? null : (
        <ErrorNotice
          title="The price was not saved."
          {...describeError(save.error)}
          className="mb-3"
        />
      )}
      <div className="flex gap-2">
        <Button type="submit" variant="primary" busy={save.isPending}>
          Save price
        </Button>
        <Button variant="quiet" onClick={onClose}>
          Cancel
        </Button>
      </div>
    </form>
  );
}
