import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { AgentFileView, StarterView } from "@/bindings/bindings";
import { useAgentStore } from "@/stores";
import { accessibilityProblems } from "@/test/axe";
import { anAgent, aVersion, NO_GRANT, NO_RECORD, NOTHING } from "@/test/fixtures";
import { type Answers, answerWith, renderScreen, resetStores } from "@/test/renderScreen";
import { AgentsScreen } from "../AgentsScreen";
import { textOf, useAgentDrafts } from "../drafts";

const WREN = anAgent({
  id: 4,
  name: "Wren",
  kind: "specialist",
  role: "Writer",
  origin: { from: "operator" },
});
const FINCH = anAgent({ id: 5, name: "Finch", kind: "specialist", role: "Editor" });

const STARTER: StarterView = {
  key: "technical-writer",
  summary: "Writes guides that people can act on.",
  text: { ...textOf(FINCH), name: "Technical writer", instructions: "Write for the reader." },
  added: [],
};

const FOUND: AgentFileView = {
  agent: textOf(FINCH),
  left_out: ["format_disk"],
  replaced_model: "theirs/model",
  known_as: "Old Finch",
};

function open(address = "/agents", answers: Answers = {}, agents = [anAgent(), WREN]) {
  useAgentStore.setState({ agents });
  answerWith({
    listProviders: () => [],
    listModels: () => ({ models: [], notices: [] }),
    getSettings: () => ({
      default_models: {
        driver: "rehearsal",
        creator: "rehearsal",
        generator: "rehearsal",
        specialist: "rehearsal",
      },
    }),
    getBudgets: () => ({
      budgets: {},
      day: 0,
      spent: NOTHING,
      reserved: NOTHING,
      agents: [],
      warnings: [],
    }),
    listAgentVersions: () => [aVersion()],
    getAgent: ({ id }) => ({
      agent: id === 4 ? WREN : FINCH,
      work: [],
      record: NO_RECORD,
      grant: NO_GRANT,
    }),
    ...answers,
  });
  return renderScreen(address, { "/agents": AgentsScreen, "/agents/$id": AgentsScreen });
}

beforeEach(() => {
  resetStores();
  useAgentDrafts.setState({ drafts: {} });
});

describe("adding agents", () => {
  it("takes what is written and keeps it while the panel is closed", async () => {
    const createAgent = vi
      .fn((_request: object) => FINCH)
      .mockImplementationOnce(() => {
        throw {
          code: "invalid_request",
          message: "Use 1 to 80 characters on one line.",
          details: { field: "role", next_step: null },
        };
      });
    const { address, container } = await open("/agents", { createAgent });
    await userEvent.click(screen.getByRole("button", { name: "New agent" }));
    expect(address()).toBe("/agents?make=1");
    await userEvent.type(await screen.findByRole("textbox", { name: "Name" }), "Finch");
    await userEvent.click(screen.getByRole("button", { name: "Close" }));
    await userEvent.click(screen.getByRole("button", { name: "New agent" }));
    expect(await screen.findByRole("textbox", { name: "Name" })).toHaveValue("Finch");
    await userEvent.type(screen.getByRole("textbox", { name: "Instructions" }), "Edit.");
    await userEvent.click(screen.getByRole("button", { name: "Add agent" }));
    expect(await screen.findByText("Use 1 to 80 characters on one line.")).toBeVisible();
    expect(await accessibilityProblems(container)).toEqual([]);
    await userEvent.type(screen.getByRole("textbox", { name: "Profession" }), "Editor");
    await userEvent.click(screen.getByRole("button", { name: "Add agent" }));
    expect(await screen.findByRole("heading", { name: "Finch", level: 2 })).toBeVisible();
    expect(address()).toBe("/agents?agent=5");
    expect(createAgent.mock.lastCall?.[0]).toMatchObject({
      name: "Finch",
      role: "Editor",
      instructions: "Edit.",
      model: "default",
      tools: ["knowledge_search"],
    });
    expect(useAgentDrafts.getState().drafts).toEqual({});
  });

  it("offers the starter set where there is nobody yet, and adds one by one", async () => {
    let added: number[] = [];
    const { container } = await open(
      "/agents",
      {
        listStarters: () => [{ ...STARTER, added }],
        addStarter: () => {
          added = [5];
          return FINCH;
        },
      },
      [anAgent()],
    );
    expect(screen.getByRole("heading", { name: "No specialists yet" })).toBeVisible();
    await userEvent.click(
      screen.getAllByRole("button", { name: "Starter set…" })[1] as HTMLElement,
    );
    const dialog = await screen.findByRole("dialog", { name: "Starter set" });
    await userEvent.click(
      await within(dialog).findByRole("button", { name: "Instructions of Technical writer" }),
    );
    expect(within(dialog).getByText("Write for the reader.")).toBeVisible();
    expect(await accessibilityProblems(container)).toEqual([]);
    await userEvent.click(within(dialog).getByRole("button", { name: "Add Technical writer" }));
    expect(await within(dialog).findByText("Added")).toBeVisible();
    expect(useAgentStore.getState().getAgentById(5)).toBeDefined();
    expect(screen.queryByRole("heading", { name: "No specialists yet" })).not.toBeInTheDocument();
    await userEvent.click(within(dialog).getByRole("button", { name: "Done" }));
    await vi.waitFor(() => expect(screen.queryByRole("dialog")).not.toBeInTheDocument());
  });

  it("shows what a file would bring before it is taken in", async () => {
    const importAgent = vi.fn(() => FINCH);
    const { address } = await open("/agents", {
      openAgentFile: () => ({ file_name: "finch.agent.json", text: "{}", notices: [] }),
      inspectAgentFile: () => FOUND,
      importAgent,
    });
    await userEvent.click(screen.getByRole("button", { name: "Import…" }));
    const dialog = await screen.findByRole("dialog", { name: "Import Finch" });
    expect(dialog).toHaveTextContent("Old Finch is this agent and stays as it is.");
    expect(dialog).toHaveTextContent("Tools that are not here are left out: format disk.");
    expect(dialog).toHaveTextContent("It worked with theirs/model.");
    expect(dialog).toHaveTextContent(FINCH.instructions);
    expect(importAgent).not.toHaveBeenCalled();
    expect(await accessibilityProblems(dialog)).toEqual([]);
    await userEvent.click(within(dialog).getByRole("button", { name: "Add agent" }));
    await vi.waitFor(() => expect(address()).toBe("/agents?agent=5"));
    expect(importAgent).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ text: "{}" }));
  });

  it("says why a file was not taken in", async () => {
    await open("/agents", {
      openAgentFile: () => ({ file_name: "x.json", text: "{}", notices: [] }),
      inspectAgentFile: () => {
        throw {
          code: "invalid_request",
          message: "This file holds something else than an agent.",
          details: { field: "text", next_step: "Choose another." },
        };
      },
    });
    await userEvent.click(screen.getByRole("button", { name: "Import…" }));
    const dialog = await screen.findByRole("dialog", { name: "Import an agent" });
    expect(dialog).toHaveTextContent("This file holds something else than an agent.");
    await userEvent.click(within(dialog).getByRole("button", { name: "Close" }));
    await vi.waitFor(() => expect(screen.queryByRole("dialog")).not.toBeInTheDocument());
  });
});

describe("an agent of one's own", () => {
  it("says where it is from, is copied and exported", async () => {
    const saveAgentFile = vi.fn(() => ({ path: "/shared/wren.agent.json", bytes: 300 }));
    const { address } = await open("/agents?agent=4", {
      duplicateAgent: () => FINCH,
      exportAgent: () => ({
        file_name: "wren.agent.json",
        text: '{"format": "wheelhouse-agent"}',
        notices: ["Its model mine/big is left out."],
      }),
      saveAgentFile,
    });
    expect(screen.getByText("By you")).toBeVisible();
    expect((await screen.findAllByText(/Written by you/)).length).toBeGreaterThan(0);
    await userEvent.click(screen.getByRole("button", { name: "More for Wren" }));
    await userEvent.click(await screen.findByRole("menuitem", { name: "Export…" }));
    const dialog = await screen.findByRole("dialog", { name: "Export Wren" });
    expect(await within(dialog).findByText("Its model mine/big is left out.")).toBeVisible();
    expect(await accessibilityProblems(dialog)).toEqual([]);
    await userEvent.click(within(dialog).getByRole("button", { name: "Save to a file…" }));
    expect(await within(dialog).findByRole("status")).toHaveTextContent("wren.agent.json");
    expect(saveAgentFile).toHaveBeenCalledExactlyOnceWith({ id: 4 }, "wren.agent.json");
    await userEvent.click(
      within(dialog).getAllByRole("button", { name: "Close" })[0] as HTMLElement,
    );
    await userEvent.click(screen.getByRole("button", { name: "More for Wren" }));
    await userEvent.click(await screen.findByRole("menuitem", { name: "Duplicate" }));
    await vi.waitFor(() => expect(address()).toBe("/agents?agent=5"));
  });
});
