import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { HostError } from "@/host";
import { TooltipProvider } from "@/shared/ui/Tooltip";
import type { AppRouter } from "./router";

/** Makes the cache of what was asked for. An answer that says no is not asked for again; silence is, once. */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 5_000,
        refetchOnWindowFocus: false,
        retry: (failures, error) => failures < 1 && !(error instanceof HostError && error.isAnswer),
      },
    },
  });
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
