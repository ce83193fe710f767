import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { KeyRound, Lock, LockOpen } from "lucide-react";
import type { KeysView } from "@/bindings/bindings";
import { describeError } from "@/host";
import { UnlockKeys } from "@/shared/keys/UnlockKeys";
import { keysQuery, providersQuery } from "@/shared/queries";
import { Button } from "@/shared/ui/Button";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";
import { Skeleton } from "@/shared/ui/Skeleton";
import { useServer } from "@/stores";
import { Part } from "./Part";
import { isKept } from "./providerWords";

/** Keys stay with the backend that calls the providers. */
function onServer(server: string, { title, text, icon }: ReturnType<typeof placeWords>) {
  return {
    icon,
    title: `On ${server}: ${title.charAt(0).toLowerCase()}${title.slice(1)}`,
    text: `${text} Keys stay on ${server}; none ever comes to this machine.`,
  };
}

/** Where keys are and whether they can be used, in words. */
function placeWords({ place, locked, exists }: KeysView) {
  if (place === "keychain") {
    return {
      icon: KeyRound,
      title: "In the system's keychain",
      text: "The system keeps keys as it keeps its own passwords, and opens them when you sign in.",
    };
  }
  if (!exists) {
    return {
      icon: Lock,
      title: "In a file with a passphrase, which is not made yet",
      text: "This system offers no keychain. Choose a passphrase, and keys are kept in an encrypted file in the data folder. It is asked for once after each start.",
    };
  }
  return locked
    ? {
        icon: Lock,
        title: "In a file with a passphrase, locked",
        text: "Tasks that need a key wait until you unlock it. They go on by themselves.",
      }
    : {
        icon: LockOpen,
        title: "In a file with a passphrase, unlocked",
        text: "Keys can be used until Wheelhouse is closed.",
      };
}

function Place({ keys }: { keys: KeysView }) {
  const server = useServer();
  const words = placeWords(keys);
  const { icon: Icon, title, text } = server === null ? words : onServer(server.name, words);
  return (
    <>
      <div className="mb-4 flex gap-3">
        <Icon className="mt-0.5 size-4 shrink-0 text-ink-3" aria-hidden="true" />
        <div role="status">
          <p className="font-medium text-ink">{title}</p>
          <p className="max-w-[64ch] text-ink-2">{text}</p>
        </div>
      </div>
      <UnlockKeys />
    </>
  );
}

/** For which providers a key is kept. */
function KeptFor() {
  const providers = useQuery(providersQuery);
  if (providers.error !== null) {
    return (
      <ErrorNotice
        title="The providers could not be read."
        {...describeError(providers.error)}
        action={<Button onClick={() => void providers.refetch()}>Try again</Button>}
      />
    );
  }
  if (providers.data === undefined) {
    return <Skeleton rows={2} label="Loading the providers" className="-mx-3" />;
  }
  const kept = providers.data.filter(isKept);
  const given = providers.data.filter(({ key_from }) => key_from === "environment");
  return (
    <p className="text-ink-2">
      <span className="block text-ink">
        {kept.length === 0 ? "No key is kept." : kept.map((provider) => provider.name).join(", ")}
      </span>
      {given.length === 0 ? null : (
        <span className="block">
          From the environment of Wheelhouse: {given.map(({ name }) => name).join(", ")}.
        </span>
      )}
      Keys are entered, replaced and forgotten at their provider, under{" "}
      <Link
        to="/settings/$section"
        params={{ section: "models" }}
        className="text-accent underline underline-offset-2"
      >
        Models
      </Link>
      .
    </p>
  );
}

/** Where keys are kept, and the way to open them. */
export function KeysSection() {
  const keys = useQuery(keysQuery);
  return (
    <>
      <Part
        title="Where keys are kept"
        lead="A key is read at the moment of a call. It is in no database, log, backup or export, and never comes back to this window."
      >
        {keys.data !== undefined ? (
          <Place keys={keys.data} />
        ) : keys.error === null ? (
          <Skeleton rows={2} label="Loading how keys are kept" className="-mx-3" />
        ) : (
          <ErrorNotice
            title="How keys are kept could not be read."
            {...describeError(keys.error)}
            action={<Button onClick={() => void keys.refetch()}>Try again</Button>}
          />
        )}
      </Part>
      <Part title="Kept for">
        <KeptFor />
      </Part>
    </>
  );
}
