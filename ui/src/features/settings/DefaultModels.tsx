// Which model agents use that name none themselves, for each kind of agent.

import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import type { DefaultModels as Models } from "@/bindings/bindings";
import { describeError, toHostError } from "@/host";
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

function Form({ saved }: { saved: Models }) {
  const [edited, setEdited] = useState<Partial<Models>>({});
  const save = useSaveDefaults();
  const shown = { ...saved, ...edited };
  const changed = CREW_KINDS.some(({ kind }) => shown[kind] !== saved[kind]);
  const alike = CREW_KINDS.every(({ kind }) => shown[kind] === shown.driver);
  const edit = (next: Partial<Models>) => {
    setEdited({ ...edited, ...next });
    save.reset();
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!save.isPending) save.mutate(shown, { onSuccess: () => setEdited({}) });
  };
  const field = save.error === null ? null : toHostError(save.error).details.field;
  const wrong = (kind: keyof Models) => field === kind || field === `default_models.${kind}`;
  const somewhere = CREW_KINDS.some(({ kind }) => wrong(kind));
  return (
    <form onSubmit={submit}>
      <div className="grid grid-cols-2 gap-x-4 gap-y-3 @max-xl:grid-cols-1">
        {CREW_KINDS.map(({ kind, name }) => (
          <ModelField
            key={kind}
            label={name}
            value={shown[kind]}
            onChange={(model) => edit({ [kind]: model })}
            error={wrong(kind) && save.error !== null ? describeError(save.error).message : null}
          />
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
              edit({ creator: shown.driver, generator: shown.driver, specialist: shown.driver })
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
