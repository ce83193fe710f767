/** Home: the composer, and under it only what matters now. */
import { useRef } from "react";
import { ScheduleNotices } from "@/shared/schedules/ScheduleNotices";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";
import { Skeleton } from "@/shared/ui/Skeleton";
import { isActive, useConnectionStore, useServer, useWorkflowStore } from "@/stores";
import { Composer, type ComposerHandle } from "./Composer";
import { NeedsYou } from "./NeedsYou";
import { Runs } from "./Runs";
import { Samples } from "./Samples";

const RECENT = 5;

export function HomeScreen() {
  const composer = useRef<ComposerHandle>(null);
  return (
    <div className="h-full overflow-y-auto">
      <div className="mx-auto flex w-full max-w-184 flex-col gap-9 px-8 pt-[clamp(28px,8vh,88px)] pb-14">
        <section aria-labelledby="home-title">
          <h1 id="home-title" className="mb-4 text-display font-semibold tracking-tight">
            What should the crew do?
          </h1>
          <Composer ref={composer} />
        </section>
        <NeedsYou />
        <ScheduleNotices />
        <Now onSample={(task) => composer.current?.write(task)} />
      </div>
    </div>
  );
}

/** Running and recent workflows; on the first start sample tasks. */
function Now({ onSample }: { onSample: (task: string) => void }) {
  const loading = useWorkflowStore((state) => state.loading);
  const workflows = useWorkflowStore((state) => state.workflows);
  const failed = useConnectionStore((state) => state.status.state === "failed");
  const error = useConnectionStore((state) => state.status.error);
  const away = useServer() !== null && (failed || error !== null);
  // The line above the screen says that the server can't be reached; nothing of it is known yet.
  if (loading && away) return null;
  if (loading && (failed || error !== null)) {
    return (
      <ErrorNotice
        title="Your workflows could not be loaded"
        message={error ?? "The backend did not answer."}
        nextStep={
          failed ? "Choose Reconnect at the bottom of the window." : "It is tried again by itself."
        }
      />
    );
  }
  if (loading) return <Skeleton rows={4} label="Loading your workflows" />;
  if (workflows.length === 0) return <Samples onChoose={onSample} />;
  return (
    <Runs
      running={workflows.filter(isActive)}
      recent={workflows.filter((workflow) => !isActive(workflow)).slice(0, RECENT)}
    />
  );
}
