import { act, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { BulkWorkflows, ListWorkflows, WorkflowView } from "@/bindings/bindings";
import { useQuestionStore, useWorkflowStore } from "@/stores";
import { accessibilityProblems } from "@/test/axe";
import { aQuestion, aWorkflow } from "@/test/fixtures";
import { type Answers, answerWith, renderScreen, resetStores } from "@/test/renderScreen";
import { WorkflowsScreen } from "./WorkflowsScreen";

const STATS = { total: 4, active: 1, completed: 1, failed: 1 };
const ROWS = [
  aWorkflow({ id: 12 }),
  aWorkflow({ id: 11, name: "Plan the launch", status: "completed", completed_at: 5 }),
];

function open(rows: WorkflowView[] = ROWS, answers: Answers = {}) {
  const listWorkflows = vi.fn((_request: ListWorkflows) => ({
    workflows: rows,
    matching: rows.length,
    more: false,
  }));
  answerWith({
    listWorkflows,
    getWorkflowStats: () => STATS,
    unfinishedMoves: () => [],
    ...answers,
  });
  const drawn = renderScreen("/workflows", {
    "/": () => <p>Home</p>,
    "/workflows": WorkflowsScreen,
    "/workflows/$id": () => <p>One workflow</p>,
  });
  return { listWorkflows, drawn };
}

beforeEach(resetStores);

describe("WorkflowsScreen", () => {
  it("lists workflows and has no accessibility problem", async () => {
    const { container } = await open().drawn;
    expect(await screen.findByRole("link", { name: /Plan the launch/ })).toBeInTheDocument();
    expect(await screen.findByRole("button", { name: "Cancelled 1" })).toBeInTheDocument();
    expect(await accessibilityProblems(container)).toEqual([]);
  });

  it("narrows by a count and by words, and keeps both in the address", async () => {
    const { listWorkflows, drawn } = open();
    const { address } = await drawn;
    await userEvent.click(await screen.findByRole("button", { name: "Failed 1" }));
    await waitFor(() =>
      expect(listWorkflows).toHaveBeenLastCalledWith(
        expect.objectContaining({ statuses: ["failed"], query: "" }),
      ),
    );
    await userEvent.type(screen.getByRole("searchbox"), "launch");
    await waitFor(() =>
      expect(listWorkflows).toHaveBeenLastCalledWith(
        expect.objectContaining({ statuses: ["failed"], query: "launch" }),
      ),
    );
    expect(address()).toBe("/workflows?status=failed&q=launch");
  });

  it("shows the live state of a row and asks anew when a workflow appears", async () => {
    const { listWorkflows, drawn } = open();
    await drawn;
    await screen.findByRole("link", { name: /Plan the launch/ });
    const asked = listWorkflows.mock.calls.length;
    act(() => useWorkflowStore.getState().addWorkflow(aWorkflow({ id: 12, status: "waiting" })));
    // Without a question it waits for a timer, which is nothing for the operator.
    expect(await screen.findByText("Waiting")).toBeInTheDocument();
    act(() => useQuestionStore.getState().applyQuestions([aQuestion({ workflow_id: 12 })]));
    expect(await screen.findByText("Needs you")).toBeInTheDocument();
    act(() => useWorkflowStore.getState().addWorkflow(aWorkflow({ id: 13 })));
    await waitFor(() => expect(listWorkflows.mock.calls.length).toBeGreaterThan(asked));
  });

  it("walks the rows with J and K and opens one with Enter", async () => {
    const { address } = await open().drawn;
    await screen.findByRole("link", { name: /Plan the launch/ });
    await userEvent.keyboard("jj{Enter}");
    expect(await screen.findByText("One workflow")).toBeInTheDocument();
    expect(address()).toBe("/workflows/11");
  });

  it("does the same to all that are marked, says what it did, and what stayed with why", async () => {
    const refused = {
      code: "conflict" as const,
      message: "It still runs.",
      details: { field: null, next_step: null },
    };
    const bulkWorkflows = vi.fn(({ ids }: BulkWorkflows) => ({
      items: ids.map((id) => ({ id, error: id === 12 ? refused : null })),
    }));
    const { container } = await open(ROWS, { bulkWorkflows }).drawn;
    const all = await screen.findByRole("checkbox", { name: "Mark all" });
    await userEvent.click(screen.getByRole("checkbox", { name: "Mark Plan the launch" }));
    expect(all).toBePartiallyChecked();
    await userEvent.click(all);
    const bar = screen.getByRole("region", { name: "Marked workflows" });
    expect(bar).toHaveTextContent("2 workflows marked");
    await userEvent.click(within(bar).getByRole("button", { name: "Cancel" }));
    expect(await within(bar).findByRole("alert")).toHaveTextContent("It still runs.");
    expect(bar).toHaveTextContent("1 workflow cancelled. 1 workflow marked");
    expect(await accessibilityProblems(container)).toEqual([]);
    await userEvent.click(within(bar).getByRole("button", { name: "Unmark" }));
    expect(screen.queryByRole("region", { name: "Marked workflows" })).toBeNull();
  });

  it("keeps the focus on what was done when all that was marked is gone", async () => {
    const rows = [...ROWS];
    const bulkWorkflows = vi.fn(({ ids }: BulkWorkflows) => {
      rows.length = 0;
      return { items: ids.map((id) => ({ id, error: null })) };
    });
    await open(rows, { bulkWorkflows }).drawn;
    await userEvent.click(await screen.findByRole("checkbox", { name: "Mark all" }));
    const bar = screen.getByRole("region", { name: "Marked workflows" });
    const gone = vi.fn();
    const watch = new MutationObserver(() => bar.isConnected || gone());
    watch.observe(document.body, { childList: true, subtree: true });
    await userEvent.click(within(bar).getByRole("button", { name: "Delete" }));
    const question = await screen.findByRole("dialog", { name: "Delete 2 workflows?" });
    await userEvent.click(within(question).getByRole("button", { name: "Delete" }));
    expect(await screen.findByText("2 workflows deleted.")).toBeInTheDocument();
    await waitFor(() => expect(bar).toHaveFocus());
    watch.disconnect();
    expect(gone).not.toHaveBeenCalled();
  });

  it("says what to do when there is nothing", async () => {
    await open([]).drawn;
    expect(await screen.findByText("No workflows yet")).toBeInTheDocument();
    expect(screen.getByRole("link", { name: "Give the crew a task" })).toBeInTheDocument();
  });

  it("says what to do when the list can't be read", async () => {
    answerWith({ getWorkflowStats: () => STATS });
    await renderScreen("/workflows", { "/workflows": WorkflowsScreen });
    expect(await screen.findByText("The workflows could not be read.")).toBeInTheDocument();
    expect(screen.getByRole("button", { name: "Try again" })).toBeInTheDocument();
  });
});
