/** Puts the whole window on the page over a backend made for a test. */
import { createMemoryHistory } from "@tanstack/react-router";
import { mockIPC } from "@tauri-apps/api/mocks";
import { render } from "@testing-library/react";
import { App, createQueryClient } from "@/app/App";
import { createAppRouter } from "@/app/router";
import type { Frame, Signal } from "@/bindings/bindings";
import { type Backend, connection, setBackend } from "@/host";
import {
  useAgentStore,
  useBackendStore,
  useChatStore,
  useConnectionStore,
  useOutboxStore,
  useQuestionStore,
  useStreamStore,
  useThoughtStore,
  useUiStore,
  useWorkflowStore,
} from "@/stores";
import { aSource, aWorkflow, NOTHING } from "./fixtures";

type Ok<T> = { status: "ok"; data: T };
/** An answer of the backend that went well. */
export const ok = <T,>(data: T): Ok<T> => ({ status: "ok", data });

const aFrame = (over: Partial<Frame> = {}): Frame => ({
  subscription: 1,
  store: "0192eeee-0000-7000-8000-000000000001",
  epoch: 0,
  kind: "snapshot",
  from: 1,
  to: 1,
  workflows: [],
  tasks: [],
  agents: [],
  questions: [],
  conversations: [],
  messages: [],
  removed_conversations: [],
  removed_workflows: [],
  events: [],
  ...over,
});

/** What the backend sends by itself. */
export interface Sender {
  frame: (frame: Frame) => void;
  signal: (...signals: Signal[]) => void;
  /** Whether it takes subscriptions. */
  up: boolean;
}

/** Renders the window at `address`. The backend answers with an empty, healthy application unless told otherwise. */
export function renderApp(
  address: string,
  { snapshot = {}, backend = {} }: { snapshot?: Partial<Frame>; backend?: Partial<Backend> } = {},
) {
  for (const store of [
    useBackendStore,
    useChatStore,
    useConnectionStore,
    useOutboxStore,
    useWorkflowStore,
    useAgentStore,
    useQuestionStore,
    useStreamStore,
    useThoughtStore,
    useUiStore,
  ]) {
    (store.setState as (state: unknown, replace: true) => void)(store.getInitialState(), true);
  }
  // Channels ask the shell for a number even where no command goes through it.
  mockIPC(() => {});
  const sender: Sender = { frame: () => {}, signal: () => {}, up: true };
  const healthy = {
    subscribeEvents: async (_request, frames, signals) => {
      if (!sender.up) return DOWN;
      sender.frame = (frame) => frames.onmessage(frame);
      sender.signal = (...sent) => signals.onmessage(sent);
      queueMicrotask(() => sender.frame(aFrame(snapshot)));
      return ok({ id: 1 });
    },
    ackFrames: async () => ok(null),
    listBackends: async () => ok({ chosen: null, backends: [], notice: null }),
    windowReady: async () => ok(null),
    launchOptions: async () => ok({ started_workflow: null, notice: null }),
    listSources: async () => ok([aSource()]),
    getStatus: async () => ok(STATUS),
    getBudgets: async () => ok(BUDGETS),
    createWorkflow: async () => ok(aWorkflow({ id: 1 })),
    startWorkflow: async () => ok(aWorkflow({ id: 1 })),
  } satisfies Partial<Backend>;
  const restore = setBackend({ ...healthy, ...backend } as Backend);
  const router = createAppRouter(createMemoryHistory({ initialEntries: [address] }));
  const view = render(<App router={router} queries={createQueryClient()} />);
  return {
    ...view,
    router,
    sender,
    /** Takes the window away and brings the real backend back. */
    close: () => {
      view.unmount();
      connection.disconnect();
      restore();
    },
  };
}

const DOWN = {
  status: "error" as const,
  error: {
    code: "unavailable" as const,
    message: "No server answers.",
    details: { field: null, next_step: null },
  },
};

const BUDGETS = {
  budgets: {},
  day: 0,
  spent: NOTHING,
  reserved: NOTHING,
  agents: [],
  warnings: [],
};

const STATUS = {
  status: "ok",
  version: "0.1.0",
  backend: "local",
  store: "0192eeee-0000-7000-8000-000000000001",
  epoch: 0,
  position: 1,
  data_folder: "/data",
  started_at: 0,
  model: "rehearsal",
  rehearsal: true,
  workflows: { total: 0, active: 0, completed: 0, failed: 0 },
  agents: 3,
  knowledge: { sources: 1, documents: 12, chunks: 84 },
  open_questions: 0,
};
