// Names of tools, where more than one screen says them. Models call those of tool servers by the server's name and the
// tool's: `mcp_files_read`.

/** By this an agent asks the operator. */
export const ASK_OPERATOR = { name: "ask_operator", label: "Ask you" } as const;

/** The tool by which an agent asks another one, in words. */
export const ASK_AGENT = { name: "ask_agent", label: "Ask another agent" };

/** Whether a tool is of a tool server. */
export const isServed = (name: string): boolean => name.startsWith("mcp_");

/** A tool of a tool server as people read it: `read (files)`; null for any other tool. Names of servers have no `_`. */
export function servedLabel(name: string): string | null {
  const parts = /^mcp_([^_]+)_(.+)$/.exec(name);
  return parts === null ? null : `${parts[2]} (${parts[1]})`;
}
