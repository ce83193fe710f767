import { expect, it } from "vitest";
import { isServed, servedLabel } from "./toolNames";

it("tells a tool of a server by its name", () => {
  expect(servedLabel("mcp_my-files_read_all")).toBe("read_all (my-files)");
  expect(servedLabel("read_file")).toBeNull();
  expect(isServed("mcp_files_read")).toBe(true);
  expect(isServed("run_command")).toBe(false);
});
