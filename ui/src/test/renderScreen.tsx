// Draws one screen as the window does: with a router, a query cache and a backend, but without the frame.

import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import {
  createMemoryHistory,
  createRootRoute,
  createRoute,
  createRouter,
  Outlet,
  RouterProvider,
} from "@tanstack/react-router";
import { type RenderResult, render } from "@testing-library/react";
import type { ReactNode } from "react";
import { onTestFinished } from "vitest";
import type { SavedBackend } from "@/bindings/bindings";
import { type Backend, setBackend } from "@/host";
import {
  useAgentStore,
  useBackendStore,
  useChatStore,
  useConnectionStore,
  useQuestionStore,
  useStreamStore,
  useThoughtStore,
  useWorkflowStore,
} from "@/stores";

type Answer<Name extends keyof Backend> =
  Awaited<ReturnType<Backend[Name]>> extends infer Result
    ? Result extends { status: "ok"; data: infer Data }
      ? Data
      : never
    : never;

/** What a test's backend answers: the data itself, or a thrown `ApiError`. What is left out can't be asked. */
export type Answers = {
  [Name in keyof Backend]?: (
    ...request: Parameters<Backend[Name]>
  ) => Answer<Name> | Promise<Answer<Name>>;
};

/** Puts a backend in place until the test ends. */
export function answerWith(answers: Answers): void {
  const known = answers as Record<string, ((...request: unknown[]) => unknown) | undefined>;
  const fake = new Proxy({} as Backend, {
    get:
      (_target, name: string) =>
      async (...request: unknown[]) => {
        const answer = known[name];
        if (answer === undefined) throw new Error(`This test has no answer for ${name}.`);
        try {
          return { status: "ok", data: await answer(...request) };
        } catch (error) {
          return { status: "error", error };
        }
      },
  });
  onTestFinished(setBackend(fake));
}

/** Lets the window be connected with a server until the test ends. */
export function workOn(server: SavedBackend): void {
  const { status } = useConnectionStore.getState();
  useBackendStore.setState({ chosen: server.id, backends: [server] });
  useConnectionStore.setState({ status: { ...status, state: "connected", connected: true } });
  onTestFinished(() => {
    useBackendStore.setState(useBackendStore.getInitialState(), true);
    useConnectionStore.setState(useConnectionStore.getInitialState(), true);
  });
}

/** Empties the stores, because they outlive a test. */
export function resetStores(): void {
  useWorkflowStore.setState({
    workflows: [],
    tasks: [],
    activeWorkflowId: null,
    loading: false,
    error: null,
  });
  useAgentStore.setState({ agents: [], selectedAgentId: null, loading: false, error: null });
  useChatStore.setState(useChatStore.getInitialState(), true);
  useQuestionStore.setState({ questions: [] });
  useStreamStore.setState({ texts: {} });
  useThoughtStore.setState({ texts: {} });
}

export interface Screen extends RenderResult {
  /** Where the window stands, for example `/workflows/12?tab=report`. */
  address: () => string;
  /** Goes to an address. */
  go: (address: string) => void;
}

/** Draws the screens at their addresses and opens one. Other addresses show nothing. */
export async function renderScreen(
  open: string | readonly string[],
  screens: Record<string, () => ReactNode>,
): Promise<Screen> {
  const root = createRootRoute({ component: Outlet, notFoundComponent: () => null });
  const routes = Object.entries(screens).map(([path, component]) =>
    createRoute({ getParentRoute: () => root, path, component }),
  );
  // jsdom lays nothing out and only complains about this.
  window.scrollTo = () => {};
  const entries = typeof open === "string" ? [open] : [...open];
  const router = createRouter({
    routeTree: root.addChildren(routes),
    history: createMemoryHistory({ initialEntries: entries }),
  });
  await router.load();
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  const drawn = render(
    <QueryClientProvider client={client}>
      {/* The addresses of a test are a part of those of the window. */}
      <RouterProvider router={router as never} />
    </QueryClientProvider>,
  );
  return {
    ...drawn,
    address: () => router.history.location.href,
    go: (address: string) => router.history.push(address),
  };
}
