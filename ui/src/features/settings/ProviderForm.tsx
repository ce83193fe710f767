// The form of one provider: name, what it speaks, where it is, its key.

import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useId } from "react";
import type { ProviderKind, ProviderView } from "@/bindings/bindings";
import { UnlockKeys } from "@/shared/keys/UnlockKeys";
import { keysQuery } from "@/shared/queries";
import { Button } from "@/shared/ui/Button";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";
import { Select } from "@/shared/ui/Select";
import { TextField } from "@/shared/ui/TextField";
import { KeyField } from "./KeyField";
import { LimitsFields } from "./LimitsFields";
import { USUAL_ADDRESS } from "./presets";
import { useUsersOf } from "./providerQueries";
import { isKept, PROVIDER_KINDS, placeWords, sameServer, usersWords } from "./providerWords";
import { type FormProblem, type ProviderFields, toName, useProviderForm } from "./useProviderForm";

const KINDS = (Object.keys(PROVIDER_KINDS) as ProviderKind[]).map((value) => ({
  value,
  label: PROVIDER_KINDS[value],
}));

interface Props {
  title: string;
  /** The provider as it is kept; none for a new one. */
  provider: ProviderView | null;
  initial: ProviderFields;
  /** It is kept now, although its key may still be refused. */
  onKept: (provider: ProviderView) => void;
  /** Called with the provider's number, unless nothing was kept. */
  onClose: (id: number | null) => void;
}

const wordsFor = (problem: FormProblem | null, field: FormProblem["field"]) =>
  problem === null || problem.field !== field
    ? null
    : [problem.message, problem.nextStep].filter(Boolean).join(" ");

/** Where the words go, and what becomes of a kept key. */
function addressHint(address: string, provider: ProviderView | null): string {
  const place = placeWords(address) ?? "It begins with http:// or https://.";
  const moved = provider !== null && isKept(provider) && !sameServer(address, provider.base_url);
  return moved ? `${place} The kept key goes there from now on.` : place;
}

/** Who loses their model by another name. */
function useNameHint(name: string, provider: ProviderView | null): string {
  const lost = usersWords(useUsersOf(provider?.name ?? ""));
  if (provider !== null && name !== provider.name && lost !== "") {
    return `Models are called ${name}/… then. ${lost}`;
  }
  return `Its models are called ${name === "" ? "name" : name}/…`;
}

/** The form, with what it takes to keep a key under it. */
export function ProviderForm({ title, provider, initial, onKept, onClose }: Props) {
  const formId = useId();
  const { data: keys } = useQuery(keysQuery);
  const form = useProviderForm(provider?.id ?? null, initial, {
    onKept,
    onDone: (kept) => onClose(kept.id),
  });
  const { fields, change, problem } = form;
  const nameHint = useNameHint(fields.name, provider);
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    void form.save();
  };
  const chooseKind = (kind: ProviderKind) => {
    const untouched = fields.baseUrl === "" || fields.baseUrl === USUAL_ADDRESS[fields.kind];
    change({ kind, ...(untouched ? { baseUrl: USUAL_ADDRESS[kind] } : {}) });
  };
  const keysClosed = keys?.place === "file" && (keys.locked || !keys.exists);
  return (
    <section aria-label={title} className="mb-3 border-l-2 border-accent py-1 pl-4">
      <h3 className="mb-3 font-semibold">{title}</h3>
      <form id={formId} onSubmit={onSubmit} className="flex max-w-120 flex-col gap-3">
        <div className="flex items-start gap-3">
          <div className="min-w-0 flex-1">
            <TextField
              label="Name"
              value={fields.name}
              spellCheck={false}
              autoComplete="off"
              autoFocus
              hint={nameHint}
              error={wordsFor(problem, "name")}
              onChange={(event) => change({ name: toName(event.target.value) })}
            />
          </div>
          <div className="flex w-44 flex-col gap-1">
            <span className="text-note font-medium text-ink-2" aria-hidden="true">
              Speaks as
            </span>
            <Select label="Speaks as" value={fields.kind} options={KINDS} onChange={chooseKind} />
          </div>
        </div>
        <TextField
          label="Address"
          value={fields.baseUrl}
          spellCheck={false}
          autoComplete="off"
          placeholder={USUAL_ADDRESS[fields.kind]}
          hint={addressHint(fields.baseUrl, provider)}
          error={wordsFor(problem, "base_url")}
          onChange={(event) => change({ baseUrl: event.target.value })}
        />
        <KeyField
          id={provider?.id ?? null}
          kind={fields.kind}
          from={provider?.key_from ?? null}
          value={form.key}
          onChange={form.setKey}
          error={wordsFor(problem, "key")}
        />
      </form>
      {keysClosed ? (
        <div className="mt-3 border-l border-line pl-4">
          <UnlockKeys />
        </div>
      ) : null}
      <LimitsFields
        form={formId}
        kind={fields.kind}
        usual={provider?.usual_parallel ?? null}
        fields={fields}
        onChange={change}
        parallelError={wordsFor(problem, "limits.parallel")}
        windowsError={wordsFor(problem, "limits.windows")}
      />
      {problem !== null && wordsFor(problem, null) !== null ? (
        <ErrorNotice
          title="Not everything was kept."
          message={problem.message}
          nextStep={problem.nextStep}
          className="mt-3"
        />
      ) : null}
      <div className="mt-4 flex gap-2">
        <Button type="submit" form={formId} variant="primary" busy={form.busy}>
          Save and test
        </Button>
        <Button onClick={() => onClose(provider?.id ?? null)}>Cancel</Button>
      </div>
    </section>
  );
}
