// Where models run, and which model each kind of agent uses.

import { useQuery } from "@tanstack/react-query";
import { useRef, useState } from "react";
import type { ProviderView } from "@/bindings/bindings";
import { describeError } from "@/host";
import { REHEARSAL } from "@/shared/model/modelWords";
import { providersQuery, settingsQuery } from "@/shared/queries";
import { Button } from "@/shared/ui/Button";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";
import { Skeleton } from "@/shared/ui/Skeleton";
import { AddProvider, FirstProvider } from "./AddProvider";
import { DefaultModels } from "./DefaultModels";
import { limitFieldsOf, NO_LIMITS } from "./limitsForm";
import { Part } from "./Part";
import { ProviderForm } from "./ProviderForm";
import { ProviderItem } from "./ProviderItem";
import { freeName, OTHER, type Preset } from "./presets";
import { useProviderDraft } from "./providerDraft";
import { CREW_KINDS, listed } from "./providerWords";

/** Says who thinks by rules, and what to do about it. */
function RehearsalNotice({ hasProvider }: { hasProvider: boolean }) {
  const { data } = useQuery(settingsQuery);
  if (data === undefined) return null;
  const kinds = CREW_KINDS.filter(({ kind }) => data.default_models[kind] === REHEARSAL);
  if (kinds.length === 0) return null;
  const all = kinds.length === CREW_KINDS.length;
  const who = all ? "the whole crew" : listed(kinds.map(({ inText }) => inText));
  return (
    <p className="mb-6 max-w-[76ch] rounded-md bg-accent-soft px-3.5 py-2.5 text-ink">
      Rehearsal, a rule-based stand-in for a language model, thinks for {who}.{" "}
      {hasProvider
        ? "Choose a default model below to change that."
        : "Add a provider to get a real one."}
    </p>
  );
}

function NewProvider({
  editing,
  providers,
  onKept,
  onClose,
}: {
  editing: { preset: Preset; kept: ProviderView | null };
  providers: readonly ProviderView[];
  onKept: (provider: ProviderView) => void;
  onClose: (id: number | null) => void;
}) {
  const { preset, kept } = editing;
  return (
    <ProviderForm
      key={preset.title}
      title={preset === OTHER ? "New provider" : `New provider: ${preset.title}`}
      provider={kept}
      initial={{
        name: kept?.name ?? freeName(preset.name, providers),
        kind: kept?.kind ?? preset.kind,
        baseUrl: kept?.base_url ?? preset.baseUrl,
        ...(kept === null ? NO_LIMITS : limitFieldsOf(kept)),
      }}
      onKept={onKept}
      onClose={onClose}
    />
  );
}

function Providers({ providers }: { providers: readonly ProviderView[] }) {
  const { editing, edit, keep } = useProviderDraft();
  // Where the focus goes when a form leaves and nothing stands in its place.
  const place = useRef<HTMLDivElement>(null);
  const [returned, setReturned] = useState<number | null>(null);
  const close = (id: number | null) => {
    edit(null);
    setReturned(id);
    if (id === null) place.current?.focus();
  };
  const choose = (preset: Preset) => edit({ preset, kept: null });
  const adding = editing !== null && "preset" in editing ? editing : null;
  // A new provider whose key was refused is kept already; it stays in its form until that is settled.
  const listed = providers.filter((provider) => provider.id !== adding?.kept?.id);
  return (
    <Part
      title="Providers"
      lead="Where models run: on this machine, or with somebody else."
      aside={listed.length > 0 && adding === null ? <AddProvider onChoose={choose} /> : undefined}
    >
      <div ref={place} tabIndex={-1} className="outline-none" />
      {adding === null ? null : (
        <NewProvider editing={adding} providers={providers} onKept={keep} onClose={close} />
      )}
      {listed.length === 0 && adding === null ? <FirstProvider onChoose={choose} /> : null}
      {listed.map((provider) =>
        editing !== null && "id" in editing && editing.id === provider.id ? (
          <ProviderForm
            key={provider.id}
            title={`Edit ${provider.name}`}
            provider={provider}
            initial={{
              name: provider.name,
              kind: provider.kind,
              baseUrl: provider.base_url,
              ...limitFieldsOf(provider),
            }}
            onKept={() => {}}
            onClose={close}
          />
        ) : (
          <ProviderItem
            key={provider.id}
            provider={provider}
            returned={returned === provider.id}
            onEdit={() => edit({ id: provider.id })}
          />
        ),
      )}
    </Part>
  );
}

/** The section. */
export function ModelsSection() {
  const providers = useQuery(providersQuery);
  return (
    <>
      <RehearsalNotice hasProvider={(providers.data?.length ?? 0) > 0} />
      {providers.data !== undefined ? (
        <Providers providers={providers.data} />
      ) : (
        <Part title="Providers">
          {providers.error === null ? (
            <Skeleton rows={3} label="Loading providers" className="-mx-3" />
          ) : (
            <ErrorNotice
              title="The providers could not be read."
              {...describeError(providers.error)}
              action={<Button onClick={() => void providers.refetch()}>Try again</Button>}
            />
          )}
        </Part>
      )}
      <Part
        title="Default models"
        lead="What agents think with that name no model themselves. A name is written as provider/model."
      >
        <DefaultModels />
      </Part>
    </>
  );
}
