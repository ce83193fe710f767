/** All that the window may use of what is outside it. */
export * as api from "./api";
export type { Carrying } from "./carry";
export * as chat from "./conversations";
export { onConversations } from "./conversations";
export { AwayError, describeError, HostError, toHostError } from "./errors";
export { onFacts } from "./facts";
export { closeSent, sendOutbox, takeBack } from "./outbox";
export { newRequestKey, pendingRunWish } from "./requestKeys";
export { resumeRun, runTask } from "./runTask";
export { connection, startConnection } from "./service";
export { onBulkProgress, onKnowledgeScan, onOpenWorkflow } from "./signals";
export * as toolServers from "./toolServers";
export { type Backend, setBackend } from "./transport";
