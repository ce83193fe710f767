import { act, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { BudgetsView, SaveBudgets } from "@/bindings/bindings";
import { useAgentStore } from "@/stores";
import { accessibilityProblems } from "@/test/axe";
import { anAgent, aProvider, aVersion, NO_GRANT, NO_RECORD, NOON, NOTHING } from "@/test/fixtures";
import { type Answers, answerWith, renderScreen, resetStores } from "@/test/renderScreen";
import { AgentsScreen } from "./AgentsScreen";
import { useAgentDrafts } from "./drafts";

const REHEARSAL = "rehearsal";

const DESIGNER = anAgent({
  id: 4,
  name: "API designer",
  kind: "specialist",
  role: "API designer",
  hired_in: 12,
  why: "Nobody designs interfaces.",
  tasks_failed: 1,
});

const BUDGETS: BudgetsView = {
  budgets: { agent_day: { money: 2_000_000 }, day: { tokens: 90_000 } },
  day: NOON - (NOON % 86_400_000),
  spent: NOTHING,
  reserved: NOTHING,
  agents: [{ agent: DESIGNER.uid, name: DESIGNER.name, spent: { ...NOTHING, money: 420_000 } }],
  warnings: [],
};

function open(address = "/agents", answers: Answers = {}) {
  useAgentStore.setState({ agents: [anAgent(), DESIGNER] });
  answerWith({
    listProviders: () => [aProvider()],
    listModels: () => ({
      models: [
        { name: REHEARSAL, provider: null },
        { name: "lm-studio/qwen3-8b", provider: "lm-studio" },
      ],
      notices: [],
    }),
    getSettings: () => ({
      default_models: {
        driver: REHEARSAL,
        creator: REHEARSAL,
        generator: REHEARSAL,
        specialist: "lm-studio/qwen3-8b",
      },
    }),
    getBudgets: () => BUDGETS,
    listPoorRecords: () => [],
    listAgentVersions: () => [aVersion({ name: "API designer", role: "API designer" })],
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
      record: {
        work: { completed: 12, failed: 1, good: 3, poor: 0 },
        spent: { ...NOTHING, money: 420_000 },
        last_worked: NOON,
      },
      grant: NO_GRANT,
    }),
    ...answers,
  });
  return renderScreen(address, {
    "/agents": AgentsScreen,
    "/agents/$id": AgentsScreen,
    "/workflows/$id": () => <p>One workflow</p>,
  });
}

beforeEach(() => {
  resetStores();
  useAgentDrafts.setState({ drafts: {} });
});

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
    expect(within(inspector).getByText(/rehearsal, a rule-based stand-in/)).toBeInTheDocument();
    expect(await within(inspector).findByText("12 done, 1 failed (92 % succeeded)")).toBeVisible();
    expect(within(inspector).getByText("3 good")).toBeVisible();
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

describe("the crew as an organisation", () => {
  it("stands the driver on top, and specialists that may not work last", async () => {
    useAgentStore.setState({
      agents: [
        anAgent({ id: 1, name: "Ada", kind: "generator", role: "HR manager" }),
        anAgent({ id: 2, name: "Off", kind: "specialist", status: "disabled" }),
        anAgent({ id: 3, name: "On", kind: "specialist" }),
        anAgent({ id: 4, name: "Chief", kind: "driver", role: "CEO", model_used: "a/b" }),
      ],
    });
    answerWith({ listPoorRecords: () => [] });
    await renderScreen("/agents", { "/agents": AgentsScreen });
    await userEvent.click(screen.getByRole("button", { name: "Show retired (1)" }));
    const names = screen.getAllByRole("listitem").map((row) => row.textContent);
    expect(names.map((text) => /^[A-Z]{1,2}(Chief|Ada|On|Off)/.exec(text ?? "")?.[1])).toEqual([
      "Chief",
      "Ada",
      "On",
      "Off",
    ]);
    expect(names[0]).toContain("Driver · CEO");
    expect(names[0]).toContain("a/b");
    expect(screen.getByText("3 agents: 2 permanent, 1 specialist")).toBeInTheDocument();
  });
});

describe("what an agent may spend", () => {
  it("is shown, limited for it alone, and given up again", async () => {
    let budgets = BUDGETS.budgets;
    const saveBudgets = vi.fn(({ day, agent_day, agents, workflow }: SaveBudgets) => {
      budgets = { day, agent_day, agents, workflow };
      return { ...BUDGETS, budgets };
    });
    await open("/agents?agent=4", { getBudgets: () => ({ ...BUDGETS, budgets }), saveBudgets });
    const inspector = within(await screen.findByRole("complementary"));
    expect(await inspector.findByText(/^\$0\.42 · 0 tokens today$/)).toBeInTheDocument();
    expect(inspector.getByText("The limit of each agent holds: $2.00 a day.")).toBeInTheDocument();
    await userEvent.click(inspector.getByRole("button", { name: "Change limit" }));
    const form = within(inspector.getByRole("form", { name: "Limit of API designer" }));
    await userEvent.type(form.getByLabelText("US dollars a day"), "lots");
    expect(form.getByRole("button", { name: "Save limit" })).toBeDisabled();
    await userEvent.clear(form.getByLabelText("US dollars a day"));
    await userEvent.type(form.getByLabelText("US dollars a day"), "0.5{Enter}");
    expect(await inspector.findByText("It may spend $0.50 a day.")).toBeInTheDocument();
    expect(saveBudgets).toHaveBeenCalledWith(
      expect.objectContaining({
        day: { tokens: 90_000 },
        agent_day: { money: 2_000_000 },
        agents: { [DESIGNER.uid]: { money: 500_000, tokens: null } },
      }),
    );
    expect(inspector.getByText(/\$0\.42 of \$0\.50\. Little is left\./)).toBeInTheDocument();
    await userEvent.click(inspector.getByRole("button", { name: "Change limit" }));
    await userEvent.clear(inspector.getByLabelText("US dollars a day"));
    await userEvent.click(inspector.getByRole("button", { name: "Save limit" }));
    expect(await inspector.findByText(/^The limit of each agent holds/)).toBeInTheDocument();
    expect(saveBudgets).toHaveBeenLastCalledWith(expect.objectContaining({ agents: {} }));
  });
});

describe("changing an agent", () => {
  const conflict = () => {
    throw {
      code: "conflict",
      message: "The agent was changed since you opened it.",
      details: { field: "version", next_step: "Look at its newest version, then save again." },
    };
  };
  const instructions = () => screen.findByRole("textbox", { name: "Instructions" });

  it("saves what is written with the version that was read, by keys alone", async () => {
    const updateAgent = vi.fn((request) => ({ ...DESIGNER, ...request, version: 2 }));
    const { container } = await open("/agents/4", { updateAgent });
    await screen.findByRole("link", { name: /the resources/ });
    await userEvent.keyboard("e");
    expect(await screen.findByRole("textbox", { name: "Name" })).toHaveFocus();
    const model = screen.getByRole("combobox", { name: "Model" });
    await waitForPlaceholder(model, "Default for its kind (now: lm-studio/qwen3-8b)");
    expect(await accessibilityProblems(container)).toEqual([]);
    await userEvent.clear(await instructions());
    await userEvent.type(await instructions(), "Be brief.");
    await userEvent.keyboard("{Control>}{Enter}{/Control}");
    expect(await screen.findByRole("button", { name: "Edit" })).toHaveFocus();
    expect(updateAgent).toHaveBeenCalledExactlyOnceWith(
      expect.objectContaining({
        id: 4,
        version: 1,
        name: "API designer",
        instructions: "Be brief.",
        model: "default",
      }),
    );
    expect(screen.getByText("Be brief.")).toBeInTheDocument();
  });

  it("gives tools to an agent and takes them, and keeps one that is not known here", async () => {
    const updateAgent = vi.fn((request) => ({ ...DESIGNER, ...request, version: 2 }));
    const { container } = await open("/agents/4", { updateAgent });
    await screen.findByRole("link", { name: /the resources/ });
    act(() =>
      useAgentStore.getState().updateAgent(4, { tools: ["knowledge_search", "their_tool"] }),
    );
    await userEvent.click(screen.getByRole("button", { name: "Edit" }));
    const tools = within(await screen.findByRole("group", { name: "Tools" }));
    expect(tools.getByRole("checkbox", { name: "their tool" })).toBeChecked();
    expect(tools.getByRole("checkbox", { name: "Calculator" })).not.toBeChecked();
    await userEvent.click(tools.getByRole("checkbox", { name: "Calculator" }));
    await userEvent.click(tools.getByRole("checkbox", { name: "Knowledge search" }));
    expect(await accessibilityProblems(container)).toEqual([]);
    await userEvent.click(screen.getByRole("button", { name: "Save" }));
    expect(await screen.findByText("Calculator, their tool")).toBeVisible();
    expect(updateAgent).toHaveBeenCalledExactlyOnceWith(
      expect.objectContaining({ tools: ["calculator", "their_tool"] }),
    );
  });

  it("names the models that it falls back on, in order, and leaves out empty lines", async () => {
    const updateAgent = vi.fn((request) => ({ ...DESIGNER, ...request, version: 2 }));
    const { container } = await open("/agents/4", { updateAgent });
    await userEvent.click(await screen.findByRole("button", { name: "Edit" }));
    const add = () =>
      screen.getByRole("button", { name: "Add a model to fall back on for API designer" });
    await userEvent.click(add());
    await userEvent.type(
      screen.getByRole("combobox", { name: "If it can't answer" }),
      "lm-studio/qwen3-8b",
    );
    await userEvent.tab();
    await userEvent.click(add());
    expect(await accessibilityProblems(container)).toEqual([]);
    await userEvent.click(screen.getByRole("button", { name: "Save" }));
    expect(await screen.findByRole("button", { name: "Edit" })).toBeVisible();
    expect(updateAgent).toHaveBeenCalledExactlyOnceWith(
      expect.objectContaining({ fallbacks: ["lm-studio/qwen3-8b"] }),
    );
    expect(screen.getByText("If it can't answer")).toBeVisible();
  });

  it("keeps what is written when the inspector is closed, and says so in the list", async () => {
    await open("/agents?agent=4");
    await userEvent.click(await screen.findByRole("button", { name: "Edit" }));
    await userEvent.type(await instructions(), " More.{Escape}");
    await userEvent.keyboard("{Escape}");
    expect(screen.queryByRole("complementary", { name: "Agent" })).not.toBeInTheDocument();
    await userEvent.click(screen.getByRole("button", { name: /changed, not saved/ }));
    expect(await instructions()).toHaveValue(`${DESIGNER.instructions} More.`);
    await userEvent.click(screen.getByRole("button", { name: "Discard" }));
    expect(screen.queryByText(/changed, not saved/)).not.toBeInTheDocument();
  });

  it("shows what somebody else changed meanwhile, and saves over it only when asked", async () => {
    const theirs = { ...DESIGNER, version: 2, instructions: "Theirs." };
    const updateAgent = vi
      .fn((request) => ({ ...theirs, ...request, version: 3 }))
      .mockImplementationOnce(conflict);
    const { container } = await open("/agents/4", {
      updateAgent,
      getAgent: () => ({ agent: theirs, work: [], record: NO_RECORD, grant: NO_GRANT }),
    });
    await userEvent.click(await screen.findByRole("button", { name: "Edit" }));
    await userEvent.clear(await instructions());
    await userEvent.type(await instructions(), "Mine.");
    await userEvent.click(screen.getByRole("button", { name: "Save" }));
    const notice = await screen.findByRole("region", { name: "Changed meanwhile" });
    expect(notice).toHaveTextContent("This agent was changed meanwhile, to version 2.");
    expect(notice).toHaveTextContent("Goes: Theirs.");
    expect(notice).toHaveTextContent("Comes: Mine.");
    expect(await instructions()).toHaveValue("Mine.");
    expect(await accessibilityProblems(container)).toEqual([]);
    await userEvent.click(within(notice).getByRole("button", { name: "Save mine over it" }));
    await screen.findByRole("button", { name: "Edit" });
    expect(updateAgent.mock.lastCall?.[0]).toMatchObject({ version: 2, instructions: "Mine." });
  });

  it("shows what is refused at its field", async () => {
    await open("/agents/4", {
      updateAgent: () => {
        throw {
          code: "invalid_request",
          message: "“x” is not the name of a model.",
          details: { field: "model", next_step: "Choose another." },
        };
      },
    });
    await userEvent.click(await screen.findByRole("button", { name: "Edit" }));
    const model = screen.getByRole("combobox", { name: "Model" });
    await userEvent.type(model, "x");
    await userEvent.tab();
    await userEvent.click(screen.getByRole("button", { name: "Save" }));
    expect(
      await screen.findByText("“x” is not the name of a model. Choose another."),
    ).toBeVisible();
    expect(model).toBeInvalid();
  });

  it("brings an earlier version back, after showing what that changes", async () => {
    const updateAgent = vi.fn((request) => ({ ...DESIGNER, ...request, version: 3 }));
    const now = { ...DESIGNER, version: 2 };
    const { container } = await open("/agents/4", {
      updateAgent,
      getAgent: () => ({ agent: now, work: [], record: NO_RECORD, grant: NO_GRANT }),
      listAgentVersions: () => [
        aVersion({ ...now, since: NOON, version: 2 }),
        aVersion({ ...now, since: NOON - 1, version: 1, instructions: "Old.", model: REHEARSAL }),
      ],
    });
    act(() => useAgentStore.getState().addAgent(now));
    await userEvent.click(await screen.findByRole("button", { name: /^Version 2/ }));
    expect(screen.getByText("It changed:")).toBeVisible();
    expect(screen.getByRole("list", { name: "Model" })).toHaveTextContent("Goes: rehearsal");
    await userEvent.click(screen.getByRole("button", { name: /^Version 1/ }));
    expect(screen.getByText("Restoring it would change:")).toBeVisible();
    expect(await accessibilityProblems(container)).toEqual([]);
    await userEvent.click(screen.getByRole("button", { name: "Restore this version" }));
    await vi.waitFor(() =>
      expect(updateAgent).toHaveBeenCalledExactlyOnceWith(
        expect.objectContaining({ id: 4, version: 2, instructions: "Old.", model: REHEARSAL }),
      ),
    );
  });

  it("retires specialists and takes them back, and never the permanent crew", async () => {
    const setAgentEnabled = vi.fn(({ enabled }) => ({
      ...DESIGNER,
      status: enabled ? ("idle" as const) : ("disabled" as const),
    }));
    await open("/agents?agent=4", { setAgentEnabled });
    await userEvent.click(await screen.findByRole("button", { name: "Retire" }));
    expect(await screen.findByText(/It is given no new part/)).toBeVisible();
    expect(screen.queryByRole("button", { name: /^API designer/ })).not.toBeInTheDocument();
    await userEvent.click(screen.getByRole("button", { name: "Show retired (1)" }));
    expect(screen.getByRole("button", { name: /^API designer.*Retired/ })).toBeVisible();
    await userEvent.click(screen.getByRole("button", { name: "Take back" }));
    await vi.waitFor(() => expect(screen.queryByText(/no new part/)).not.toBeInTheDocument());
    await userEvent.click(screen.getByRole("button", { name: /^Creator/ }));
    await screen.findByRole("heading", { name: "Creator", level: 2 });
    expect(screen.queryByRole("button", { name: "Retire" })).not.toBeInTheDocument();
  });

  it("suggests to retire whose record is poor, and does it when told so", async () => {
    const setAgentEnabled = vi.fn(() => ({ ...DESIGNER, status: "disabled" as const }));
    const listPoorRecords = () => [
      { agent: 4, work: { completed: 5, failed: 0, good: 1, poor: 3 } },
    ];
    const { container } = await open("/agents", { setAgentEnabled, listPoorRecords });
    const advice = await screen.findByRole("region", { name: "Worth retiring" });
    expect(advice).toHaveTextContent("You called 3 results of it poor and 1 good.");
    expect(await accessibilityProblems(container)).toEqual([]);
    await userEvent.click(within(advice).getByRole("button", { name: "Retire API designer" }));
    await vi.waitFor(() => expect(advice).not.toBeInTheDocument());
    expect(setAgentEnabled).toHaveBeenCalledExactlyOnceWith(
      expect.objectContaining({ id: 4, enabled: false }),
    );
  });

  it("says when the provider of its model is gone", async () => {
    await open("/agents/4");
    act(() =>
      useAgentStore.getState().updateAgent(4, { model: "old/model", model_used: "old/model" }),
    );
    expect(await screen.findByText(/There is no provider old any more\./)).toBeVisible();
  });
});

function waitForPlaceholder(field: HTMLElement, words: string) {
  return vi.waitFor(() => expect(field).toHaveAttribute("placeholder", words));
}
