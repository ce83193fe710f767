import { useMutation, useQuery } from "@tanstack/react-query";
import { api, describeError } from "@/host";
import { Facts } from "@/shared/inspector/Facts";
import { statusQuery } from "@/shared/queries";
import { Button } from "@/shared/ui/Button";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";
import { Skeleton } from "@/shared/ui/Skeleton";
import { TimeAgo } from "@/shared/ui/TimeAgo";
import { Part } from "./Part";
import { Updates } from "./Updates";

function Version() {
  const status = useQuery(statusQuery);
  if (status.data === undefined) {
    return status.error === null ? (
      <Skeleton rows={3} label="Loading the version" className="-mx-3" />
    ) : (
      <ErrorNotice
        title="The version could not be read."
        {...describeError(status.error)}
        action={<Button onClick={() => void status.refetch()}>Try again</Button>}
      />
    );
  }
  const { version, backend, started_at } = status.data;
  return (
    <Facts
      facts={[
        { name: "Version", value: version },
        { name: "Licence", value: "MIT or Apache 2.0, as you choose" },
        { name: "Backend", value: backend === "local" ? "Local, in this application" : backend },
        { name: "Running since", value: <TimeAgo at={started_at} /> },
      ]}
    />
  );
}

/** The libraries' own licences, in the file that comes with the package. */
function Notices() {
  const open = useMutation({ mutationFn: api.openNotices });
  return (
    <>
      <Button busy={open.isPending} onClick={() => open.mutate()}>
        Show their licences
      </Button>
      {open.error === null ? null : (
        <ErrorNotice
          title="The licences could not be shown."
          {...describeError(open.error)}
          className="mt-2"
        />
      )}
    </>
  );
}

/** Version, licences, updates, and what rehearsal is. */
export function AboutSection() {
  return (
    <>
      <Part
        title="Wheelhouse"
        lead="One person hands a task to a crew of agents, watches what they do, and steers them."
      >
        <Version />
      </Part>
      <Part title="Updates">
        <Updates />
      </Part>
      <Part
        title="Made with the work of others"
        lead="Wheelhouse stands on many free libraries. Each keeps its own licence."
      >
        <Notices />
      </Part>
      <Part title="What rehearsal is">
        <div className="flex max-w-[70ch] flex-col gap-2 text-read text-ink">
          <p>
            Rehearsal stands in for a language model until you add one. It is a set of rules: it
            plans by rules, quotes from the knowledge with its sources, and designs a specialist
            from the words of the request. The same task gives the same result.
          </p>
          <p>
            It does not understand or invent anything, and it works on this machine only. Wherever
            its work is shown, it says so.
          </p>
        </div>
      </Part>
    </>
  );
}
