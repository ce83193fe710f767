// The tools of tool servers that agents can be given.

import { useQuery } from "@tanstack/react-query";
import type { AllowedTool, ToolServerView } from "@/bindings/bindings";
import { toolServersQuery } from "@/shared/queries";

/** A tool with the name of its server. */
export interface GivenTool extends AllowedTool {
  server: string;
}

const NONE: readonly ToolServerView[] = [];

/** Servers of which something is allowed. */
export function useGivingServers(): readonly ToolServerView[] {
  const { data = NONE } = useQuery(toolServersQuery);
  return data.filter((server) => server.allowed_tools.length > 0);
}

/** Those of an agent's tools that the operator is asked about. */
export function useAskedServed(tools: readonly string[]): GivenTool[] {
  return useGivingServers().flatMap((server) =>
    server.allowed_tools
      .filter((tool) => tool.asks && tools.includes(tool.name))
      .map((tool) => ({ ...tool, server: server.name })),
  );
}
