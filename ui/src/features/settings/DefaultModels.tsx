// Which model agents use that name none themselves, for each kind of agent.

import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import type { DefaultModels as Models } from "@/bindings/bindings";
import { describeError, toHostError } from "@/host";
import { FallbackFields } from "@/shared/model/FallbackFields";
import { ModelField } from "@/shared/model/ModelField";
import { modelsQuery, settingsQuery } from "@/shared/queries";
import { Button } from "@/shared/ui/Button";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";
import { Skeleton } from "@/shared/ui/Skeleton";
import { useSaveDefaults } from "./providerQueries";
import { CREW_KINDS } from "./providerWords";

/** Providers that gave no list, and why. */
function Notices() {
  const { data } = useQuery(modelsQuery);
  if (data === undefined || data.notices.length === 0) return null;
  return (
    <ul className="mt-3 max-w-[70ch] text-note text-ink-2">
      {data.notices.map((notice) => (
        <li key={notice} className="break-words">
          {notice}
        </li>
      ))}
    </ul>
  );
}

type Kind = (typeof CREW_KINDS)[number]["kind"];

function Form({ saved }: { saved: Models }) {
  const [edited, setEdited] = useState<Partial<Models>>({});
  const save = useSaveDefaults();
  const shown = { ...saved, ...edited };
  const fallbacks = (kind: Kind) => shown.fallbacks?.[kind] ?? [];
  const same = (one: readonly string[], other: readonly string[]) =>
    one.length === other.length && one.every((model, place) => model === other[place]);
  const changed = CREW_KINDS.some(
    ({ kind }) =>
      shown[kind] !== saved[kind] || !same(fallbacks(kind), saved.fallbacks?.[kind] ?? []),
  );
  const alike = CREW_KINDS.every(
    ({ kind }) => shown[kind] === shown.driver && same(fallbacks(kind), fallbacks("driver")),
  );
  const edit = (next: Partial<Models>) => {
    setEdited({ ...edited, ...next });
    save.reset();
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    // A line that was left empty names no model.
    const named = Object.fromEntries(
      CREW_KINDS.map(({ kind }) => [kind, fallbacks(kind).filter((model) => model.trim() !== "")]),
    );
    const wish = { ...shown, fallbacks: named };
    if (!save.isPending) save.mutate(wish, { onSuccess: () => setEdited({}) });
  };
  const field = save.error === null ? null : toHostError(save.error).details.field;
  const wrong = (kind: Kind) => field === kind || field === `default_models.${kind}`;
  const wrongBehind = (kind: Kind) => field === `default_models.fallbacks.${kind}`;
  const somewhere = CREW_KINDS.some(({ kind }) => wrong(kind) || wrongBehind(kind));
  const problem = save.error === null ? null : describeError(save.error).message;
  return (
    <form onSubmit={submit}>
      <div className="grid grid-cols-2 gap-x-4 gap-y-3 @max-xl:grid-cols-1">
        {CREW_KINDS.map(({ kind, name, inText }) => (
          <div key={kind}>
            <ModelField
              label={name}
              value={shown[kind]}
              onChange={(model) => edit({ [kind]: model })}
              error={wrong(kind) ? problem : null}
            />
            <FallbackFields
              whose={inText}
              models={fallbacks(kind)}
              onChange={(models) => edit({ fallbacks: { ...shown.fallbacks, [kind]: models } })}
              error={wrongBehind(kind) ? problem : null}
            />
          </div>
        ))}
      </div>
      {save.error === null || somewhere ? null : (
        <ErrorNotice
          title="The models were not saved."
          {...describeError(save.error)}
          className="mt-3"
        />
      )}
      <div className="mt-4 flex items-center gap-2">
        <Button type="submit" variant="primary" busy={save.isPending} disabled={!changed}>
          Save
        </Button>
        {alike ? null : (
          <Button
            variant="quiet"
            onClick={() =>
              edit({
                creator: shown.driver,
                generator: shown.driver,
                specialist: shown.driver,
                fallbacks: Object.fromEntries(
                  CREW_KINDS.map(({ kind }) => [kind, fallbacks("driver")]),
                ),
              })
            }
          >
            Same as the driver for all
          </Button>
        )}
        <span role="status" className="text-note text-ink-2">
          {save.isSuccess && !changed
            ? "Saved. Running tasks finish with the model they have."
            : ""}
        </span>
      </div>
      <Notices />
    </form>
  );
}

/** The form, once it is known what is set. */
export function DefaultModels() {
  const settings = useQuery(settingsQuery);
  if (settings.data !== undefined) return <Form saved={settings.data.default_models} />;
  return settings.error === null ? (
    <Skeleton rows={4} label="Loading default models" className="-mx-3" />
  ) : (
    <ErrorNotice
      title="The default models could not be read."
      {...describeError(settings.error)}
      action={<Button onClick={() => void settings.refetch()}>Try again</Button>}
    />
  );
}
