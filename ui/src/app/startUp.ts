/** What happens once when the window opens: connect, take up what a reload cut off, open what was asked for. */
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import {
  api,
  describeError,
  onKnowledgeScan,
  onOpenWorkflow,
  resumeRun,
  startConnection,
} from "@/host";
import { keep, readKept } from "@/shared/lib/keep";
import { takeRestored } from "@/shared/lib/restored";
import { refreshKnowledge } from "@/shared/queries";
import { useConnectionStore, useUiStore } from "@/stores";

const LAUNCHED = "launch.done";
const isTrue = (value: unknown): value is true => value === true;

/** The workflow to show at the start: the one that a reload cut off, or the one named on the command line. */
async function workflowToOpen(): Promise<number | null> {
  const resumed = await resumeRun();
  if (resumed !== null) return resumed;
  // A reload is not a new start: what the program was started with was opened before.
  if (readKept(LAUNCHED, isTrue, sessionStorage)) return null;
  const launch = await api.launchOptions();
  keep(LAUNCHED, true, sessionStorage);
  if (launch.notice !== null) useUiStore.getState().setNotice(launch.notice);
  return launch.started_workflow;
}

/** Once what was loaded is drawn, tells the shell; for its log only, so a refusal is no matter of the operator's. */
function tellReady(): void {
  // The first callback comes before the picture, the second after it.
  requestAnimationFrame(() =>
    requestAnimationFrame(() => void api.windowReady().catch(() => undefined)),
  );
}

/** Runs the start once for the life of the window. */
export function useStartUp(): void {
  const navigate = useNavigate();
  const client = useQueryClient();
  const connected = useConnectionStore((state) => state.status.connected);

  const connectedBefore = useRef(false);

  useEffect(() => startConnection(), []);
  useEffect(() => {
    const name = takeRestored();
    if (name === undefined) return;
    useUiStore
      .getState()
      .setNotice(`${name} was restored. What was here before is kept among the copies.`);
  }, []);
  useEffect(
    () =>
      onKnowledgeScan((scan) => {
        if (scan.finished) refreshKnowledge(client);
      }),
    [client],
  );
  useEffect(
    () =>
      onOpenWorkflow((id) => void navigate({ to: "/workflows/$id", params: { id: String(id) } })),
    [navigate],
  );
  useEffect(() => {
    if (!connected) return;
    // What was asked for over a connection that is gone may be old by now; what failed can be asked again.
    const again = connectedBefore.current;
    connectedBefore.current = true;
    if (!again) tellReady();
    void client.invalidateQueries({
      predicate: (query) => again || query.state.status === "error",
    });
    workflowToOpen().then(
      (id) => {
        if (id !== null) void navigate({ to: "/workflows/$id", params: { id: String(id) } });
      },
      (cause: unknown) => {
        const { message, nextStep } = describeError(cause);
        useUiStore.getState().setNotice(nextStep === null ? message : `${message} ${nextStep}`);
      },
    );
  }, [connected, client, navigate]);
}
