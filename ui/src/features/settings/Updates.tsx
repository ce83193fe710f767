// Whether and how this build is updated. Nothing is asked until the operator asks for it.

import { useMutation, useQuery } from "@tanstack/react-query";
import type { NewVersion } from "@/bindings/bindings";
import { api, describeError } from "@/host";
import { Button } from "@/shared/ui/Button";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";

const policyQuery = { queryKey: ["update-policy"], queryFn: api.updatePolicy, retry: false };

function Found({ version, notes }: NewVersion) {
  const install = useMutation({ mutationFn: api.installUpdate });
  return (
    <div className="mt-3 flex flex-col items-start gap-2">
      <p className="text-ink">Version {version} is there.</p>
      {notes === null ? null : <p className="max-w-[70ch] whitespace-pre-wrap">{notes}</p>}
      <p className="text-ink-2">Wheelhouse starts again after that, and work under way goes on.</p>
      <Button variant="primary" busy={install.isPending} onClick={() => install.mutate()}>
        Install {version} and start again
      </Button>
      {install.error === null ? null : (
        <ErrorNotice title="It was not installed." {...describeError(install.error)} />
      )}
    </div>
  );
}

function Look() {
  const look = useMutation({ mutationFn: api.lookForUpdate });
  return (
    <>
      <Button busy={look.isPending} onClick={() => look.mutate()}>
        Look for an update
      </Button>
      {look.data === null ? (
        <p role="status" className="mt-2 text-ink-2">
          This is the newest version.
        </p>
      ) : null}
      {look.data ? <Found {...look.data} /> : null}
      {look.error === null ? null : (
        <ErrorNotice
          title="No answer about updates."
          {...describeError(look.error)}
          className="mt-2"
        />
      )}
    </>
  );
}

/** The part about updates. */
export function Updates() {
  const policy = useQuery(policyQuery);
  if (policy.error !== null) {
    return (
      <ErrorNotice
        title="How this build is updated could not be read."
        {...describeError(policy.error)}
        action={<Button onClick={() => void policy.refetch()}>Try again</Button>}
      />
    );
  }
  if (policy.data === undefined) return null;
  if (policy.data.can_look) return <Look />;
  return (
    <p className="max-w-[64ch] text-ink-2">
      <span className="block text-ink">This build does not update itself.</span>
      Nothing is asked or fetched. Install a newer package over this one; everything that is kept
      stays.
    </p>
  );
}
