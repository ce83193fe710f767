import { act, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { WorkflowDetail } from "@/bindings/bindings";
import { useAgentStore, useQuestionStore, useStreamStore, useWorkflowStore } from "@/stores";
import { accessibilityProblems } from "@/test/axe";
import {
  aCitation,
  aFailure,
  aJournalEntry,
  anAgent,
  aPlan,
  aQuestion,
  aTask,
  aTaskDetail,
  aWorkflow,
  aWorkflowDetail,
} from "@/test/fixtures";
import { type Answers, answerWith, renderScreen, resetStores } from "@/test/renderScreen";
import { WorkflowScreen } from "./WorkflowScreen";

const REPORT = {
  text: "# Done\n\nThe journal is the truth [s1a2b3c].",
  citations: [aCitation()],
  model: "rehearsal",
};
const TASKS = [
  aTask({ id: 100, key: "analyse", step: "analyse", title: "Analyse", status: "completed" }),
  aTask({ id: 101, needs: ["analyse"] }),
  aTask({
    id: 102,
    key: "report",
    step: "report",
    title: "Report back",
    status: "pending",
    attempt: 0,
  }),
];

function live(detail: WorkflowDetail): void {
  useWorkflowStore.setState({ workflows: [detail.workflow], tasks: detail.tasks });
}

function open(detail: WorkflowDetail, answers: Answers = {}, address = "/workflows/12") {
  live(detail);
  answerWith({
    getWorkflow: () => detail,
    getTask: ({ task_id }) =>
      aTaskDetail({ task: TASKS.find((task) => task.id === task_id) ?? aTask() }),
    listJournal: ({ after }) => (after === 0 ? [aJournalEntry()] : []),
    ...answers,
  });
  return renderScreen(address, {
    "/workflows": () => <p>All workflows</p>,
    "/workflows/$id": WorkflowScreen,
    "/knowledge/document": () => <p>Viewer</p>,
  });
}

const running = () => aWorkflowDetail({ tasks: TASKS, plan: aPlan() });
const completed = () =>
  aWorkflowDetail({
    workflow: aWorkflow({ status: "completed", has_report: true, completed_at: 5, working: [] }),
    tasks: TASKS.map((task) => ({ ...task, status: "completed" as const })),
    report: REPORT,
  });

beforeEach(resetStores);

describe("WorkflowScreen", () => {
  it("shows the tasks while it runs, with plan, crew and the latest words", async () => {
    await open(running());
    expect(screen.getByRole("heading", { level: 1 })).toHaveTextContent("Design a small REST API");
    expect(screen.getByRole("tab", { name: /Tasks/ })).toHaveAttribute("aria-selected", "true");
    expect(await screen.findByText(aPlan().summary)).toBeInTheDocument();
    act(() => {
      useStreamStore
        .getState()
        .append([
          { task_id: 101, attempt: 1, offset: 0, text: "Reading.\nThe journal is kept.\n" },
        ]);
    });
    expect(screen.getByTestId("latest-lines")).toHaveTextContent("Reading. The journal is kept.");
  });

  it("has no accessibility problem, with the inspector and each tab open", async () => {
    const drawn = await open(running(), {}, "/workflows/12?task=101");
    await screen.findByText("Tool calls");
    expect(await accessibilityProblems(drawn.container)).toEqual([]);
    await userEvent.click(screen.getByRole("tab", { name: "Journal" }));
    await userEvent.click(await screen.findByRole("button", { name: /Workflow started/ }));
    expect(screen.getByText(/"workflow_started"/)).toBeInTheDocument();
    expect(await accessibilityProblems(drawn.container)).toEqual([]);
  });

  it("walks the tasks with J and K, opens with Enter and closes with Esc", async () => {
    const { address } = await open(running());
    await screen.findByText(aPlan().summary);
    await userEvent.keyboard("jj");
    expect(screen.getByRole("button", { name: /Research the knowledge/ })).toHaveFocus();
    await userEvent.keyboard("{Enter}");
    const inspector = await screen.findByRole("complementary", { name: "Task" });
    expect(address()).toBe("/workflows/12?task=101");
    expect(within(inspector).getByText("Builds on").nextSibling).toHaveTextContent("Analyse");
    expect(await within(inspector).findByText("append-only journal")).toBeInTheDocument();
    expect(within(inspector).getByText("Model", { selector: "dt" }).nextSibling).toHaveTextContent(
      "rehearsal, a rule-based stand-in",
    );
    await userEvent.keyboard("{Escape}");
    expect(screen.queryByRole("complementary")).toBeNull();
  });

  it("keeps unknown tokens unknown", async () => {
    await open(running(), {}, "/workflows/12?task=101");
    await userEvent.click(await screen.findByText("1 model call"));
    expect(screen.getByRole("row", { name: /812 unknown/ })).toBeInTheDocument();
  });

  it("goes to the report when it comes, and opens a source at its lines", async () => {
    useAgentStore.setState({ agents: [anAgent({ id: 2 })] });
    let detail = running();
    const { address } = await open(detail, { getWorkflow: () => detail });
    await screen.findByText(aPlan().summary);
    detail = completed();
    act(() => live(detail));
    expect(await screen.findByRole("article", { name: "Report" })).toHaveTextContent("Done");
    expect(screen.getByText(/Written by rehearsal, a rule-based stand-in/)).toBeInTheDocument();
    const mark = screen.getByRole("button", { name: "Source 1: runs/journal.md, lines 3 to 5" });
    await userEvent.click(mark);
    expect(await screen.findByText("Viewer")).toBeInTheDocument();
    const search = new URL(address(), "http://window").searchParams;
    expect(search.get("path")).toBe("runs/journal.md");
    expect([search.get("from"), search.get("to")]).toEqual(["3", "5"]);
  });

  it("leaves a reader of a task where they are and offers the report", async () => {
    await open(completed(), {}, "/workflows/12?task=101");
    expect(screen.getByRole("tab", { name: /Tasks/ })).toHaveAttribute("aria-selected", "true");
    await userEvent.click(await screen.findByRole("button", { name: "Read it" }));
    expect(await screen.findByRole("article", { name: "Report" })).toBeInTheDocument();
  });

  it("says which task failed and why, and retries", async () => {
    const failure = aFailure();
    const retryWorkflow = vi.fn(() => aWorkflow());
    const workflow = aWorkflow({
      status: "failed",
      failure: { task: "research", task_title: "Research the knowledge", failure },
    });
    const tasks = [aTask({ status: "failed", failure, completed_at: 5 })];
    await open(aWorkflowDetail({ workflow, tasks }), { retryWorkflow });
    const notice = screen.getByRole("alert");
    expect(notice).toHaveTextContent("“Research the knowledge” failed.");
    expect(notice).toHaveTextContent(failure.next_step);
    await userEvent.click(within(notice).getByRole("button", { name: "Retry" }));
    await waitFor(() => expect(retryWorkflow).toHaveBeenCalledTimes(1));
  });

  it("says what is wrong when an action was refused, beside the work", async () => {
    await open(running(), {
      cancelWorkflow: () => {
        throw {
          code: "conflict",
          message: "It has ended already.",
          details: { field: null, next_step: "Look at its report." },
        };
      },
    });
    await userEvent.click(screen.getByRole("button", { name: "Cancel" }));
    const notice = await screen.findByRole("alert");
    expect(notice).toHaveTextContent(
      "It has ended already. Look at its report.".split(". ")[0] ?? "",
    );
    expect(notice).toHaveTextContent("Look at its report.");
  });

  it("names what is lost before it deletes, and goes back to the list", async () => {
    const deleteWorkflow = vi.fn(() => ({ removed: true }));
    const { address } = await open(completed(), { deleteWorkflow });
    await userEvent.click(screen.getByRole("button", { name: "Delete" }));
    const dialog = await screen.findByRole("dialog", { name: "Delete this workflow?" });
    expect(dialog).toHaveTextContent("its report, 6 tasks with all answers, and its journal");
    expect(deleteWorkflow).not.toHaveBeenCalled();
    await userEvent.click(within(dialog).getByRole("button", { name: "Delete" }));
    expect(await screen.findByText("All workflows")).toBeInTheDocument();
    expect(address()).toBe("/workflows");
    expect(useWorkflowStore.getState().workflows).toEqual([]);
  });

  it("answers a question in its place", async () => {
    const answerQuestion = vi.fn(() => aQuestion({ status: "answered" }));
    const workflow = aWorkflow({ status: "waiting" });
    useQuestionStore.setState({ questions: [aQuestion()] });
    await open(aWorkflowDetail({ workflow, tasks: TASKS }), { answerQuestion });
    await userEvent.type(screen.getByLabelText("Your answer"), "Both{Control>}{Enter}{/Control}");
    await waitFor(() =>
      expect(answerQuestion).toHaveBeenCalledWith(
        expect.objectContaining({ id: 7, answer: "Both" }),
      ),
    );
  });

  it("shows the question of a sub-workflow, with the way there", async () => {
    const workflow = aWorkflow({
      status: "waiting",
      asked_below: { question: 7, workflow: 55, workflow_name: "Below", task_title: "Ask" },
    });
    useQuestionStore.setState({ questions: [aQuestion({ workflow_id: 55 })] });
    await open(aWorkflowDetail({ workflow, tasks: TASKS }));
    expect(screen.getByLabelText("Your answer")).toBeInTheDocument();
    expect(screen.getByRole("link", { name: "Below" })).toHaveAttribute("href", "/workflows/55");
  });

  it("says when there is no such workflow and where to go", async () => {
    answerWith({
      getWorkflow: () => {
        throw {
          code: "not_found",
          message: "There is no workflow 99.",
          details: { field: null, next_step: null },
        };
      },
    });
    await renderScreen("/workflows/99", { "/workflows/$id": WorkflowScreen });
    expect(await screen.findByRole("alert")).toHaveTextContent("There is no workflow 99.");
    expect(screen.getByRole("link", { name: "All workflows" })).toBeInTheDocument();
  });
});
