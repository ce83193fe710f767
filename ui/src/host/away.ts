/**
 * While a server can't be reached, nothing is asked of it: an answer would come late or never. What is on the screen
 * stays, and every wish is refused at once with what to do; those that may wait are put into the outbox before.
 *
 * This machine's backend is never away in this sense: it is in this process.
 */
import type { ApiError } from "@/bindings/bindings";
import { chosenServer, useConnectionStore } from "@/stores";
import { AwayError } from "./errors";
import type { Backend } from "./transport";

/** Commands of the window itself, which go on whatever can be reached. */
const OF_THE_WINDOW: ReadonlySet<string> = new Set<keyof Backend>([
  "subscribeEvents",
  "ackFrames",
  "listBackends",
  "pairBackend",
  "testBackend",
  "renameBackend",
  "removeBackend",
  "switchBackend",
  "ownKeys",
  "unlockOwnKeys",
  "ownStore",
  "unfinishedMoves",
  "resumeMoves",
  "callOff",
  "pickFolder",
  "pickFiles",
  "pickBackup",
  "stopCarrying",
  "openTemplateFile",
  "openAgentFile",
  "closedCopies",
  "restoreClosed",
  "reopenBackend",
  "openFolder",
  "openNotices",
  "launchOptions",
  "windowReady",
  "closeWindow",
  "updatePolicy",
  "lookForUpdate",
  "installUpdate",
]);

/** Whether the window talks to a server that can't be reached now. The first attempt of all is no absence. */
export function isAway(): boolean {
  const { state, lastContactAt } = useConnectionStore.getState().status;
  const first = state === "connecting" && lastContactAt === null;
  return chosenServer() !== null && state !== "connected" && !first;
}

/** The same backend, with what a server would have to answer refused. */
export function whileAway(backend: Backend): Backend {
  return new Proxy(backend, {
    get: (target, name: string) => {
      if (OF_THE_WINDOW.has(name)) return Reflect.get(target, name);
      return (request: unknown) => Promise.reject(refusal(request));
    },
  });
}

function refusal(request: unknown): AwayError {
  const server = chosenServer()?.name ?? "The server";
  // Everything that changes something names its wish.
  const changes = typeof request === "object" && request !== null && "request_key" in request;
  const error: ApiError = {
    code: "unavailable",
    message: changes
      ? `${server} can't be reached now, so nothing was changed.`
      : `${server} can't be reached now.`,
    details: {
      field: null,
      next_step: changes
        ? "Try again once it is connected."
        : "It is read once it is connected again.",
    },
  };
  return new AwayError(error, !changes);
}
