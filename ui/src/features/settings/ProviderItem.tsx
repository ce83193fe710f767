// One provider: where it is, what of it is kept, and what can be done with it.

import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Globe, Monitor } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import type { ProviderView } from "@/bindings/bindings";
import { describeError } from "@/host";
import { plural } from "@/shared/lib/format";
import { keysQuery } from "@/shared/queries";
import { Button } from "@/shared/ui/Button";
import { Dialog } from "@/shared/ui/Dialog";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";
import { ProviderAnswer } from "./ProviderAnswer";
import { useProviderTest, useRemoveProvider, useUsersOf } from "./providerQueries";
import { FROM_ENVIRONMENT, isKept, PROVIDER_KINDS, placeWords, usersWords } from "./providerWords";

function RemoveDialog({
  provider,
  open,
  onClose,
  onRemove,
}: Record<"onClose" | "onRemove", () => void> & { provider: ProviderView; open: boolean }) {
  const lost = usersWords(useUsersOf(provider.name));
  const key = isKept(provider) ? "Its address and its key are" : "Its address is";
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={`Remove ${provider.name}?`}
      description={`${key} forgotten. ${lost === "" ? "No agent names its models." : lost}`}
      actions={
        <>
          <Button variant="danger" onClick={onRemove}>
            Remove
          </Button>
          <Button onClick={onClose}>Keep it</Button>
        </>
      }
    />
  );
}

/** Whether a key is kept, where that matters, and the way to unlock it. */
function KeyWords({ provider }: { provider: ProviderView }) {
  const { data: keys } = useQuery(keysQuery);
  if (provider.key_from === null) return provider.on_this_machine ? null : "No key is kept.";
  if (provider.key_from === "environment") return `${FROM_ENVIRONMENT} It goes before a kept one.`;
  if (keys?.locked !== true) return "A key is kept.";
  return (
    <>
      A key is kept, and locked.{" "}
      <Link
        to="/settings/$section"
        params={{ section: "keys" }}
        className="text-accent underline underline-offset-2"
      >
        Unlock the keys
      </Link>
    </>
  );
}

/** Where its words go. */
function Place({ provider }: { provider: ProviderView }) {
  const Icon = provider.on_this_machine ? Monitor : Globe;
  return (
    <p className="flex items-start gap-1.5 text-note text-ink-2">
      <Icon className="mt-0.5 size-3.5 shrink-0 text-ink-3" aria-hidden="true" />
      <span className="min-w-0 break-words">
        {placeWords(provider.base_url, provider.on_this_machine)} <KeyWords provider={provider} />
      </span>
    </p>
  );
}

interface Props {
  provider: ProviderView;
  /** Whether its form was closed just now: then the focus comes back to it. */
  returned: boolean;
  onEdit: () => void;
}

/** The provider in the list. */
export function ProviderItem({ provider, returned, onEdit }: Props) {
  const first = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (returned) first.current?.focus();
  }, [returned]);
  const test = useProviderTest(provider.id);
  const remove = useRemoveProvider();
  const [asking, setAsking] = useState(false);
  const { name } = provider;
  return (
    <article aria-label={name} className="border-t border-line py-3">
      <div className="flex flex-wrap items-start gap-x-4 gap-y-2">
        <div className="min-w-60 flex-1">
          <h3 className="flex flex-wrap items-baseline gap-x-2">
            <span className="font-semibold text-ink select-text">{name}</span>
            <span className="text-note font-normal text-ink-3">
              {PROVIDER_KINDS[provider.kind]}
            </span>
          </h3>
          <p className="font-mono text-note break-all text-ink-2">{provider.base_url}</p>
          <Place provider={provider} />
          {provider.limits.parallel ? (
            <p className="text-note text-ink-3">
              At most {plural(provider.limits.parallel, "call")} at the same time
            </p>
          ) : null}
        </div>
        <div className="flex gap-1.5">
          <Button ref={first} small busy={test.isFetching} onClick={test.run}>
            Test connection
          </Button>
          <Button small variant="quiet" aria-label={`Edit ${name}`} onClick={onEdit}>
            Edit
          </Button>
          <Button
            small
            variant="quiet"
            aria-label={`Remove ${name}`}
            busy={remove.isPending}
            onClick={() => setAsking(true)}
          >
            Remove
          </Button>
        </div>
      </div>
      {remove.error === null ? null : (
        <ErrorNotice
          title={`${name} was not removed.`}
          {...describeError(remove.error)}
          className="mt-2"
        />
      )}
      <ProviderAnswer provider={provider} />
      <RemoveDialog
        provider={provider}
        open={asking}
        onClose={() => setAsking(false)}
        onRemove={() => {
          setAsking(false);
          remove.mutate(provider.id);
        }}
      />
    </article>
  );
}
