import { act, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it } from "vitest";
import { useAgentStore } from "@/stores";
import { accessibilityProblems } from "@/test/axe";
import { anAgent, NOON } from "@/test/fixtures";
import { answerWith, renderScreen, resetStores } from "@/test/renderScreen";
import { AgentsScreen } from "./AgentsScreen";

const DESIGNER = anAgent({
  id: 4,
  name: "API designer",
  kind: "specialist",
  role: "API designer",
  hired_in: 12,
  why: "Nobody designs interfaces.",
  tasks_failed: 1,
});

function open(address = "/agents") {
  useAgentStore.setState({ agents: [anAgent(), DESIGNER] });
  answerWith({
    getAgent: ({ id }) => ({
      agent: id === 4 ? DESIGNER : anAgent(),
      work: [
        {
          workflow_id: 12,
          workflow_name: "Design a small REST API for a blog",
          task_id: 104,
          title: "Design the resources",
          status: "completed",
          started_at: NOON - 9_000,
          completed_at: NOON,
        },
      ],
    }),
  });
  return renderScreen(address, {
    "/agents": AgentsScreen,
    "/agents/$id": AgentsScreen,
    "/workflows/$id": () => <p>One workflow</p>,
  });
}

beforeEach(resetStores);

describe("AgentsScreen", () => {
  it("lists the crew with what they did and where they were hired", async () => {
    await open();
    const row = screen.getByRole("button", { name: /API designer/ });
    expect(row).toHaveTextContent("Nobody designs interfaces.");
    expect(row).toHaveTextContent("3 done, 1 failed");
    expect(screen.getByRole("link", { name: "Workflow 12" })).toHaveAttribute(
      "href",
      "/workflows/12",
    );
    act(() => useAgentStore.getState().updateAgentStatus(4, "working"));
    expect(row).toHaveTextContent("Working");
  });

  it("opens an agent by key and leads from its work to the task", async () => {
    const { address } = await open();
    await userEvent.keyboard("jj{Enter}");
    const inspector = await screen.findByRole("complementary", { name: "Agent" });
    expect(address()).toBe("/agents?agent=4");
    expect(within(inspector).getByText("rehearsal, a rule-based stand-in")).toBeInTheDocument();
    await userEvent.click(await within(inspector).findByRole("link", { name: /the resources/ }));
    expect(address()).toBe("/workflows/12?task=104");
  });

  it("opens at the address of an agent and has no accessibility problem", async () => {
    const { container } = await open("/agents/4");
    await screen.findByRole("link", { name: /the resources/ });
    expect(await accessibilityProblems(container)).toEqual([]);
  });

  it("says what is wrong and what to do when there are no agents", async () => {
    useAgentStore.setState({ agents: [], error: "The connection was lost." });
    await renderScreen("/agents", { "/agents": AgentsScreen });
    expect(screen.getByRole("alert")).toHaveTextContent("The connection was lost.");
  });
});
