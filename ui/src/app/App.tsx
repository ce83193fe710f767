import { QueryCache, QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { AwayError, HostError } from "@/host";
import { TooltipProvider } from "@/shared/ui/Tooltip";
import type { AppRouter } from "./router";

/**
 * Makes the cache of what was asked for. An answer that says no is not asked for again; silence is, once. What is known of
 * a server that can't be reached stays as it is: the frame says that it is the last known state.
 */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    queryCache: new QueryCache({
      onError: (error, query) => {
        if (error instanceof AwayError && query.state.data !== undefined) {
          query.setState({ status: "success", error: null, isInvalidated: true });
        }
      },
    }),
    defaultOptions: {
      queries: {
        staleTime: 5_000,
        refetchOnWindowFocus: false,
        retry: (failures, error) => failures < 1 && !isSettled(error),
      },
    },
  });
}

/** Whether asking again at once would end the same. */
function isSettled(error: Error): boolean {
  return error instanceof AwayError || (error instanceof HostError && error.isAnswer);
}

export function App({ router, queries }: { router: AppRouter; queries: QueryClient }) {
  return (
    <QueryClientProvider client={queries}>
      <TooltipProvider delay={500}>
        <RouterProvider router={router} />
      </TooltipProvider>
    </QueryClientProvider>
  );
}
