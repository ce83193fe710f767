import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, it, vi } from "vitest";
import { accessibilityProblems } from "@/test/axe";
import { anAllowedTool, aToolServer } from "@/test/fixtures";
import { answerWith, renderScreen, resetStores } from "@/test/renderScreen";
import { ToolsField } from "./ToolsField";

const TOOLS = [
  anAllowedTool(),
  anAllowedTool({ tool: "read_graph", description: "Shows all.", read_only: true, asks: false }),
];

function open(present: readonly string[], onChange = vi.fn()) {
  answerWith({
    listToolServers: () => [
      aToolServer({ allowed_tools: TOOLS }),
      aToolServer({ id: 2, name: "nothing-allowed" }),
    ],
  });
  const field = () => (
    <ToolsField present={present} value={present} error={null} onChange={onChange} />
  );
  return renderScreen("/", { "/": field });
}

beforeEach(() => resetStores());

it("offers the allowed tools of each tool server", async () => {
  const onChange = vi.fn();
  const { container } = await open(["calculator"], onChange);
  const group = within(await screen.findByRole("group", { name: "From the tool server memory" }));
  expect(group.getAllByRole("checkbox")).toHaveLength(2);
  expect(group.getByText("It only reads. Shows all.")).toBeVisible();
  expect(group.getByText(/^You are asked before, unless you allowed it\./)).toBeVisible();
  expect(screen.queryByText(/nothing-allowed/)).toBeNull();
  expect(await accessibilityProblems(container)).toEqual([]);
  await userEvent.click(group.getByRole("checkbox", { name: "create_entities (memory)" }));
  expect(onChange).toHaveBeenCalledExactlyOnceWith(["calculator", "mcp_memory_create_entities"]);
});

it("says of a tool that its server is not there, and lets it be taken away", async () => {
  const onChange = vi.fn();
  await open(["mcp_gone_post", "rm"], onChange);
  expect(await screen.findByText(/Its server is not on this machine/)).toBeVisible();
  expect(screen.getByText("It is not there on this machine.")).toBeVisible();
  await userEvent.click(screen.getByRole("checkbox", { name: "post (gone)" }));
  expect(onChange).toHaveBeenCalledExactlyOnceWith(["rm"]);
});
