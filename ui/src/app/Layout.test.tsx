import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { act } from "react";
import type {
  BackupFile,
  BudgetsView,
  BudgetWarning,
  DismissBudgetWarning,
} from "@/bindings/bindings";
import { useUiStore } from "@/stores";
import { accessibilityProblems } from "@/test/axe";
import { aQuestion, aWorkflow, NOON, NOTHING } from "@/test/fixtures";
import { ok, renderApp } from "@/test/renderApp";

let frame: ReturnType<typeof renderApp> | undefined;
function open(...args: Parameters<typeof renderApp>) {
  frame = renderApp(...args);
  return frame;
}

beforeEach(() => {
  localStorage.clear();
  sessionStorage.clear();
});
afterEach(() => {
  frame?.close();
  frame = undefined;
});

const busy = {
  snapshot: {
    workflows: [
      aWorkflow({ id: 2, name: "Design an API" }),
      aWorkflow({ id: 1, name: "Old report", status: "completed" }),
    ],
    questions: [aQuestion({ workflow_id: 2 })],
  },
};
const MODELS = {
  driver: "rehearsal",
  creator: "rehearsal",
  generator: "rehearsal",
  specialist: "rehearsal",
};
const leaveField = () => act(() => (document.activeElement as HTMLElement | null)?.blur());

test("the status bar says how things are, and its numbers lead to what they count", async () => {
  open("/", busy);
  const bar = await screen.findByRole("contentinfo");
  expect(await within(bar).findByText("Local")).toBeVisible();
  expect(await within(bar).findByRole("link", { name: "1 running" })).toHaveAttribute(
    "href",
    "/workflows?status=active",
  );
  expect(within(bar).getByRole("link", { name: "1 needs you" })).toHaveAttribute(
    "href",
    "/questions",
  );
});

test("G and a letter go to a screen, and the palette opens with a chord", async () => {
  const { router } = open("/", busy);
  await screen.findByRole("textbox", { name: "What should the crew do?" });
  leaveField();
  await userEvent.keyboard("gk");
  await waitFor(() => expect(router.state.location.pathname).toBe("/knowledge"));
  await userEvent.keyboard("gh");
  await waitFor(() => expect(router.state.location.pathname).toBe("/"));
  await userEvent.keyboard("{Control>}k{/Control}");
  expect(await screen.findByRole("dialog", { name: "Command palette" })).toBeVisible();
});

test("G S and the palette lead to the settings and to each of their sections", async () => {
  const backend = {
    listProviders: async () => ok([]),
    getSettings: async () => ok({ default_models: MODELS }),
    listModels: async () => ok({ models: [], notices: [] }),
  };
  const { router } = open("/", { ...busy, backend });
  await screen.findByRole("textbox", { name: "What should the crew do?" });
  leaveField();
  await userEvent.keyboard("gs");
  await waitFor(() => expect(router.state.location.pathname).toBe("/settings"));
  expect(await screen.findByRole("heading", { name: "Providers" })).toBeVisible();
  await userEvent.keyboard("{Control>}k{/Control}");
  const palette = await screen.findByRole("dialog", { name: "Command palette" });
  await userEvent.type(within(palette).getByRole("combobox"), "appear");
  await userEvent.keyboard("{Enter}");
  await waitFor(() => expect(router.state.location.pathname).toBe("/settings/appearance"));
});

test("the palette opens a workflow by name, and is accessible", async () => {
  const { router } = open("/", busy);
  await screen.findByRole("textbox", { name: "What should the crew do?" });
  await userEvent.keyboard("{Control>}k{/Control}");
  const palette = await screen.findByRole("dialog", { name: "Command palette" });
  expect(await accessibilityProblems(palette)).toEqual([]);
  await userEvent.type(within(palette).getByRole("combobox"), "old rep");
  await userEvent.keyboard("{Enter}");
  await waitFor(() => expect(router.state.location.pathname).toBe("/workflows/1"));
  await waitFor(() => expect(palette).not.toBeInTheDocument());
});

test("the palette runs what was written", async () => {
  const createWorkflow = vi.fn(async () => ok(aWorkflow({ id: 8 })));
  const { router } = open("/", { ...busy, backend: { createWorkflow } });
  await screen.findByRole("textbox", { name: "What should the crew do?" });
  await userEvent.keyboard("{Control>}k{/Control}");
  const palette = await screen.findByRole("dialog", { name: "Command palette" });
  await userEvent.type(within(palette).getByRole("combobox"), "Write a haiku");
  await userEvent.click(within(palette).getByRole("option", { name: /Run “Write a haiku”/ }));
  await waitFor(() => expect(router.state.location.pathname).toBe("/workflows/8"));
  expect(createWorkflow).toHaveBeenCalledWith(expect.objectContaining({ task: "Write a haiku" }));
});

test("? shows the keys that work here, Esc closes them", async () => {
  open("/", busy);
  await screen.findByRole("region", { name: "Recent" });
  leaveField();
  await userEvent.keyboard("?");
  const dialog = await screen.findByRole("dialog", { name: "Keys" });
  expect(within(dialog).getByText("Go to Workflows")).toBeVisible();
  expect(within(dialog).getByText("Next in the list")).toBeVisible();
  expect(await accessibilityProblems(dialog)).toEqual([]);
  await userEvent.keyboard("{Escape}");
  await waitFor(() => expect(dialog).not.toBeInTheDocument());
});

test("closing while work is under way asks, and says that nothing is lost", async () => {
  const closeWindow = vi.fn(async () => ok(null));
  const { sender } = open("/", { ...busy, backend: { closeWindow } });
  await screen.findByRole("region", { name: "Recent" });
  act(() => sender.signal({ signal: "close_requested", running: 2 }));
  const dialog = await screen.findByRole("dialog", { name: "2 workflows are running" });
  expect(dialog).toHaveTextContent("Nothing is lost: they go on when you start Wheelhouse again.");
  await userEvent.click(within(dialog).getByRole("button", { name: "Keep working" }));
  await waitFor(() => expect(dialog).not.toBeInTheDocument());
  expect(closeWindow).not.toHaveBeenCalled();
  act(() => sender.signal({ signal: "close_requested", running: 1 }));
  const again = await screen.findByRole("dialog", { name: "1 workflow is running" });
  await userEvent.click(within(again).getByRole("button", { name: "Quit" }));
  await waitFor(() => expect(closeWindow).toHaveBeenCalledTimes(1));
});

test("what the program was started with is opened once, not again at a reload", async () => {
  const backend = {
    launchOptions: async () => ok({ started_workflow: 2, notice: "Handed over." }),
  };
  const first = open("/", { ...busy, backend });
  await waitFor(() => expect(first.router.state.location.pathname).toBe("/workflows/2"));
  expect(await screen.findByText("Handed over.")).toBeVisible();
  first.close();
  const reloaded = open("/agents", { ...busy, backend });
  await screen.findByText("Local");
  expect(reloaded.router.state.location.pathname).toBe("/agents");
});

test("a backend that does not answer is said, with a way to try again", async () => {
  const subscribeEvents = vi.fn(async () => {
    throw new Error("no bridge");
  });
  open("/", { backend: { subscribeEvents } });
  const bar = await screen.findByRole("contentinfo");
  const again = await within(bar).findByRole("button", { name: "Reconnect" });
  expect(bar).toHaveTextContent(/Not connected\. Attempt 1 of 5/);
  await userEvent.click(again);
  await waitFor(() => expect(subscribeEvents).toHaveBeenCalledTimes(2));
});

test("the theme is put on the page and remembered", async () => {
  open("/", busy);
  await userEvent.click(await screen.findByRole("button", { name: /Theme: as the system/ }));
  expect(document.documentElement.dataset.theme).toBe("light");
  await userEvent.click(screen.getByRole("button", { name: /Theme: light/ }));
  expect(document.documentElement.dataset.theme).toBe("dark");
  expect(useUiStore.getState().theme).toBe("dark");
});

test("an address that leads nowhere says so", async () => {
  open("/nowhere");
  expect(await screen.findByText("There is nothing here")).toBeVisible();
});

test("what was spent today is in the status bar, with a warning where little is left", async () => {
  const spending = (money: number): BudgetsView => ({
    budgets: { day: { money: 500_000 } },
    day: 0,
    spent: { ...NOTHING, money },
    reserved: NOTHING,
    agents: [],
    warnings: [],
  });
  const shown = open("/", { ...busy, backend: { getBudgets: async () => ok(spending(300_000)) } });
  const quiet = await screen.findByRole("link", { name: "$0.30 today" });
  expect(quiet).toHaveAttribute("href", "/spending");
  expect(quiet).not.toHaveClass("text-signal");
  shown.close();
  open("/", { ...busy, backend: { getBudgets: async () => ok(spending(420_000)) } });
  expect(await screen.findByRole("link", { name: "$0.42 of $0.50 today" })).toHaveClass(
    "text-signal",
  );
});

test("little left of a budget is said above every screen until it is seen", async () => {
  const warning: BudgetWarning = {
    id: 41,
    whose: { of: "workflow", workflow: "0192bbbb-0000-7000-8000-000000000002" },
    name: "Design an API",
    agent_id: null,
    workflow_id: 2,
    task_id: null,
    limit: { money: 500_000, tokens: null },
    spent: { ...NOTHING, money: 420_000 },
    at: NOON,
  };
  const other = { ...warning, id: 40, whose: { of: "day" as const, day: 0 }, workflow_id: null };
  let warnings = [warning, other];
  const dismissBudgetWarning = vi.fn(async ({ id }: DismissBudgetWarning) => {
    warnings = warnings.filter((each) => each.id !== id);
    return ok({ removed: true });
  });
  const getBudgets = async () =>
    ok({ budgets: {}, day: 0, spent: NOTHING, reserved: NOTHING, agents: [], warnings });
  open("/", { ...busy, backend: { getBudgets, dismissBudgetWarning } });
  const line = await screen.findByText(
    /^Little is left of the budget of “Design an API”: \$0\.42 of \$0\.50 are spent\./,
  );
  expect(line).toHaveTextContent("1 more after this.");
  expect(screen.getByRole("link", { name: "Open workflow 2" })).toHaveAttribute(
    "href",
    "/workflows/2",
  );
  await userEvent.click(screen.getByRole("button", { name: "Seen" }));
  expect(await screen.findByText(/^Little is left for today/)).toBeVisible();
  await userEvent.click(screen.getByRole("button", { name: "Seen" }));
  await waitFor(() => expect(screen.queryByText(/^Little is left/)).toBeNull());
  expect(dismissBudgetWarning.mock.calls.map(([{ id }]) => id)).toEqual([41, 40]);
});

test("what was restored is said once after the window was loaded anew", async () => {
  sessionStorage.setItem("restored", JSON.stringify("one.db"));
  open("/", busy);
  expect(await screen.findByText(/^one\.db was restored\./)).toBeInTheDocument();
  expect(sessionStorage.getItem("restored")).toBeNull();
});

describe("data that can't be opened", () => {
  const refusal = (code: "unreadable" | "conflict") => ({
    status: "error" as const,
    error: {
      code,
      message: "The journal can't be read: it is no database.",
      details: { field: null, next_step: "It is left as it is." },
    },
  });
  const COPY: BackupFile = {
    name: "journal-20261122T120000Z.db",
    path: "/data/backups/journal-20261122T120000Z.db",
    bytes: 40_960,
    written_at: NOON,
    problem: null,
    contents: { schema: 9, this_store: true, workflows: 3, unfinished: 1, newest: NOON },
  };
  const torn: BackupFile = {
    ...COPY,
    name: "torn.db",
    path: "/data/torn.db",
    contents: null,
    problem: "It is damaged.",
  };

  test("offers the copies that are there, and restores one", async () => {
    const restoreClosed = vi.fn(async (_path: string) => ok(null));
    const reload = vi.fn();
    vi.stubGlobal("location", { ...window.location, reload });
    const { container } = open("/workflows", {
      backend: {
        subscribeEvents: async () => refusal("unreadable"),
        closedCopies: async () => ok([COPY, torn]),
        restoreClosed,
      },
    });
    expect(await screen.findByRole("heading", { name: "Your data can't be opened" })).toBeVisible();
    expect(screen.getByRole("alert")).toHaveTextContent("it is no database");
    expect(await screen.findByText("It is damaged.")).toBeInTheDocument();
    expect(screen.queryByRole("button", { name: "Restore torn.db" })).not.toBeInTheDocument();
    expect(await accessibilityProblems(container)).toEqual([]);
    await userEvent.click(screen.getByRole("button", { name: `Restore ${COPY.name}` }));
    const dialog = within(await screen.findByRole("dialog", { name: "Restore this copy?" }));
    expect(dialog.getByText(/3 workflows are in the copy\. 1 workflow had not/)).toBeVisible();
    await userEvent.click(dialog.getByRole("button", { name: "Restore" }));
    await waitFor(() => expect(reload).toHaveBeenCalledOnce());
    expect(restoreClosed).toHaveBeenCalledExactlyOnceWith(COPY.path);
    vi.unstubAllGlobals();
  });

  test("in use by another start offers no copies, but to try again", async () => {
    const reopenBackend = vi.fn(async () => refusal("conflict"));
    open("/", {
      backend: { subscribeEvents: async () => refusal("conflict"), reopenBackend },
    });
    await userEvent.click(await screen.findByRole("button", { name: "Try again" }));
    await waitFor(() => expect(reopenBackend).toHaveBeenCalledOnce());
    expect(screen.queryByRole("heading", { name: "Restore a backup" })).not.toBeInTheDocument();
  });
});
