/** Tool servers: one function for each thing that can be asked or changed. All of them throw `HostError`. */
import type {
  Removed,
  SaveToolServer,
  ToolServerContents,
  ToolServerLogLine,
  ToolServerView,
} from "@/bindings/bindings";
import { newRequestKey } from "./requestKeys";
import { answerOf, backend } from "./transport";

/** Every tool server. Starts none. */
export const list = (): Promise<ToolServerView[]> => answerOf(() => backend().listToolServers({}));

/** Adds a tool server, or changes the one with the number `id`. What is running of it ends. */
export const save = (server: Omit<SaveToolServer, "request_key">): Promise<ToolServerView> =>
  answerOf(() => backend().saveToolServer({ request_key: newRequestKey(), ...server }));

/** Removes a tool server with its values and all that was allowed of it. */
export const remove = (id: number): Promise<Removed> =>
  answerOf(() => backend().removeToolServer({ request_key: newRequestKey(), id }));

/** Keeps the value of what a tool server is given; an empty one is forgotten. */
export const setValue = (id: number, name: string, value: string): Promise<ToolServerView> =>
  answerOf(() => backend().setToolServerValue({ request_key: newRequestKey(), id, name, value }));

/** Looks at what a tool server offers. It is started where needed; `anew` in any case. */
export const inspect = (id: number, anew: boolean): Promise<ToolServerContents> =>
  answerOf(() => backend().inspectToolServer({ id, anew }));

/** The last that a tool server wrote, the oldest first. */
export const log = (id: number): Promise<ToolServerLogLine[]> =>
  answerOf(() => backend().getToolServerLog({ id }));

/** Allows a tool as it is described: `hash` says what was looked at. */
export const allow = (
  id: number,
  { name, hash }: { name: string; hash: string },
  readOnly: boolean,
): Promise<ToolServerContents> =>
  answerOf(() =>
    backend().allowTool({
      request_key: newRequestKey(),
      id,
      tool: name,
      hash,
      read_only: readOnly,
    }),
  );

/** Takes the permission for a tool back. */
export const forbid = (id: number, tool: string): Promise<ToolServerView> =>
  answerOf(() => backend().forbidTool({ request_key: newRequestKey(), id, tool }));
