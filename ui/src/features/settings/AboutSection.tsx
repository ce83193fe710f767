import { useQuery } from "@tanstack/react-query";
import { describeError } from "@/host";
import { Facts } from "@/shared/inspector/Facts";
import { statusQuery } from "@/shared/queries";
import { Button } from "@/shared/ui/Button";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";
import { Skeleton } from "@/shared/ui/Skeleton";
import { TimeAgo } from "@/shared/ui/TimeAgo";
import { Part } from "./Part";

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

/** Version, licence, and what rehearsal is. */
export function AboutSection() {
  return (
    <>
      <Part
        title="Wheelhouse"
        lead="One person hands a task to a crew of agents, watches what they do, and steers them."
      >
        <Version />
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
