// What a provider answered to a test, and what can be done with it next.

import { CircleCheck } from "lucide-react";
import { useState } from "react";
import type { ProviderCheck, ProviderView } from "@/bindings/bindings";
import { describeError } from "@/host";
import { formatFinishedDuration, plural } from "@/shared/lib/format";
import { Button } from "@/shared/ui/Button";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";
import { SuggestField } from "@/shared/ui/SuggestField";
import { TimeAgo } from "@/shared/ui/TimeAgo";
import { useAskModel, useProviderTest, useSaveDefaults } from "./providerQueries";

function modelsWords({ models }: ProviderCheck): string {
  if (models === null) return "It gives no list of its models: write their names.";
  return models.length === 0 ? "It has no model." : `${plural(models.length, "model")} found.`;
}

/** Outcome of asking one model, or of making it everybody's. */
function Outcome({
  ask,
  use,
  name,
}: {
  ask: ReturnType<typeof useAskModel>;
  use: ReturnType<typeof useSaveDefaults>;
  name: string;
}) {
  if (ask.error !== null) {
    return <ErrorNotice title={`${ask.variables} did not answer.`} {...describeError(ask.error)} />;
  }
  if (use.error !== null) {
    return <ErrorNotice title="The default was not set." {...describeError(use.error)} />;
  }
  return (
    <div role="status" className="text-ink-2 empty:hidden">
      {ask.data === undefined ? null : (
        <p className="break-words">
          {ask.variables} said “{ask.data.said ?? ""}” after{" "}
          {formatFinishedDuration(ask.data.latency_ms)}.
        </p>
      )}
      {use.data === undefined ? null : <p>The whole crew thinks with {name} from now on.</p>}
    </div>
  );
}

/** Tries one model, or gives it to the whole crew. */
function TryModel({ provider, models }: { provider: ProviderView; models: readonly string[] }) {
  const [model, setModel] = useState(models[0] ?? "");
  const ask = useAskModel(provider.id);
  const use = useSaveDefaults();
  const wanted = model.trim();
  const name = `${provider.name}/${wanted}`;
  const change = (next: string) => {
    setModel(next);
    ask.reset();
    use.reset();
  };
  const giveToAll = () => {
    ask.reset();
    use.mutate({ driver: name, creator: name, generator: name, specialist: name });
  };
  return (
    <div className="mt-2 flex flex-col gap-2">
      <div className="flex flex-wrap items-end gap-2">
        <div className="min-w-56 flex-1">
          <SuggestField
            label="Model"
            value={model}
            onChange={change}
            suggestions={models.map((value) => ({ value, label: value }))}
            nothing="Not in the list. It is asked for as written."
          />
        </div>
        <Button
          disabled={wanted === ""}
          busy={ask.isPending}
          onClick={() => {
            use.reset();
            ask.mutate(wanted);
          }}
        >
          Ask it for a word
        </Button>
        <Button disabled={wanted === ""} busy={use.isPending} onClick={giveToAll}>
          Use for the whole crew
        </Button>
      </div>
      <Outcome ask={ask} use={use} name={name} />
    </div>
  );
}

/** The outcome of the last test; nothing before the first. */
export function ProviderAnswer({ provider }: { provider: ProviderView }) {
  const test = useProviderTest(provider.id);
  if (test.isFetching) {
    return (
      <p role="status" className="mt-2 text-ink-2">
        Asking {provider.base_url}
      </p>
    );
  }
  if (test.error !== null) {
    return (
      <ErrorNotice
        title={`${provider.name} can't be used yet.`}
        {...describeError(test.error)}
        className="mt-2"
      />
    );
  }
  if (test.data === undefined) return null;
  return (
    <div className="mt-2">
      <p role="status" className="flex items-center gap-2 text-ink">
        <CircleCheck className="size-4 shrink-0 text-ok" aria-hidden="true" />
        <span>
          It answered in {formatFinishedDuration(test.data.latency_ms)}. {modelsWords(test.data)}{" "}
          <TimeAgo at={test.dataUpdatedAt} className="text-note text-ink-3" />
        </span>
      </p>
      <TryModel key={test.dataUpdatedAt} provider={provider} models={test.data.models ?? []} />
    </div>
  );
}
