// Where the way from another backend ends: a run is named by what it keeps everywhere, and found under its number here.

import { useQuery } from "@tanstack/react-query";
import { Link, Navigate, useParams } from "@tanstack/react-router";
import { ArrowRightLeft } from "lucide-react";
import { api, describeError } from "@/host";
import { Button } from "@/shared/ui/Button";
import { EmptyState } from "@/shared/ui/EmptyState";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";
import { Skeleton } from "@/shared/ui/Skeleton";

/** The screen at `/moved/$uid`. */
export function MovedScreen() {
  const { uid = "" } = useParams({ strict: false });
  const found = useQuery({ queryKey: ["moved", uid], queryFn: () => api.numberOfMoved(uid) });
  if (typeof found.data === "number") {
    return <Navigate to="/workflows/$id" params={{ id: String(found.data) }} replace />;
  }
  if (found.error !== null) {
    return (
      <ErrorNotice
        title="The workflow could not be opened."
        {...describeError(found.error)}
        action={<Button onClick={() => void found.refetch()}>Try again</Button>}
        className="m-6"
      />
    );
  }
  if (found.isPending)
    return <Skeleton rows={8} label="Looking for the workflow" className="p-6" />;
  return (
    <EmptyState
      screen
      icon={<ArrowRightLeft />}
      title="The workflow is not here any more"
      action={
        <Link to="/workflows" className="text-accent underline underline-offset-2">
          All workflows
        </Link>
      }
    >
      It came here, and was deleted since.
    </EmptyState>
  );
}
