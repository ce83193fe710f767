import { act, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { TrialView } from "@/bindings/bindings";
import { useAgentStore, useStreamStore } from "@/stores";
import { accessibilityProblems } from "@/test/axe";
import { anAgent, aReply, aVersion, NO_GRANT, NO_RECORD, NOON, NOTHING } from "@/test/fixtures";
import { type Answers, answerWith, renderScreen, resetStores } from "@/test/renderScreen";
import { AgentsScreen } from "../AgentsScreen";
import { textOf, useAgentDrafts } from "../drafts";
import { useSampleTasks } from "./trialQueries";

const WREN = anAgent({ id: 4, name: "Wren", kind: "specialist", role: "Writer" });
const DRIVER = anAgent({ id: 1, name: "Driver", kind: "driver", role: "CEO" });

function aTrial(over: Partial<TrialView> = {}): TrialView {
  return {
    task: "Say what a ferry is.",
    tried: textOf(WREN),
    created_at: NOON,
    text: "A ferry carries people over water.",
    citations: [],
    work: aReply({ workflow_id: 31, task_id: 310 }),
    ...over,
  };
}

const RUNNING = aTrial({
  text: "",
  work: aReply({ workflow_id: 32, task_id: 320, status: "running", ended_at: null, model: null }),
});

function open(address: string, answers: Answers = {}) {
  useAgentStore.setState({ agents: [DRIVER, WREN] });
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
    getAgent: () => ({ agent: WREN, work: [], record: NO_RECORD, grant: NO_GRANT }),
    listTrials: () => [],
    ...answers,
  });
  return renderScreen(address, { "/agents": AgentsScreen, "/agents/$id": AgentsScreen });
}

const panel = () => screen.findByRole("region", { name: "Try Wren" });
const task = () => screen.findByRole("textbox", { name: "Sample task" });

beforeEach(() => {
  resetStores();
  useAgentDrafts.setState({ drafts: {} });
  useSampleTasks.setState({ tasks: {} });
});

describe("a trial", () => {
  it("is opened beside the agent and left again", async () => {
    const { address, container } = await open("/agents?agent=4");
    await userEvent.click(await screen.findByRole("button", { name: "Try it" }));
    expect(address()).toBe("/agents?agent=4&try=1");
    expect(await within(await panel()).findByText("Nothing tried yet")).toBeVisible();
    expect(screen.getByRole("complementary", { name: "Agent" })).toBeVisible();
    expect(await accessibilityProblems(container)).toEqual([]);
    await userEvent.click(screen.getByRole("button", { name: "All agents" }));
    expect(address()).toBe("/agents?agent=4");
    expect(screen.queryByRole("region", { name: "Try Wren" })).not.toBeInTheDocument();
  });

  it("works with what is in the form, streams, and is stopped", async () => {
    const tryAgent = vi.fn(() => RUNNING);
    const cancelWorkflow = vi.fn(() => {
      throw { code: "conflict", message: "It ended.", details: { field: null, next_step: null } };
    });
    const { container } = await open("/agents?agent=4&try=1", {
      tryAgent,
      cancelWorkflow,
      listTrials: () => (tryAgent.mock.calls.length === 0 ? [] : [RUNNING]),
      getTask: () => {
        throw { code: "not_found", message: "Gone.", details: { field: null, next_step: null } };
      },
    });
    expect(await screen.findByText("It works as saved, in version 1.")).toBeVisible();
    act(() => {
      useAgentDrafts.getState().begin(WREN);
      useAgentDrafts.getState().change(4, { instructions: "Be brief." });
    });
    expect(screen.getByText("It works as it is in the form now, not saved yet.")).toBeVisible();
    expect(within(await panel()).getByRole("button", { name: "Try it" })).toBeDisabled();
    await userEvent.type(await task(), "Say what a ferry is.{Control>}{Enter}{/Control}");
    expect(tryAgent).toHaveBeenCalledExactlyOnceWith(
      expect.objectContaining({
        id: 4,
        task: "Say what a ferry is.",
        tried: { ...textOf(WREN), instructions: "Be brief." },
      }),
    );
    const trial = await screen.findByRole("article", { name: "Trial" });
    expect(await within(trial).findByRole("status")).toHaveTextContent("At work");
    act(() => {
      useStreamStore
        .getState()
        .append([{ task_id: 320, attempt: 1, offset: 0, text: "A ferry carries" }]);
    });
    expect(await within(trial).findByText("A ferry carries")).toBeVisible();
    expect(await accessibilityProblems(container)).toEqual([]);
    await userEvent.click(within(trial).getByRole("button", { name: "Stop" }));
    expect(await within(trial).findByText("It was not stopped.")).toBeVisible();
    expect(cancelWorkflow).toHaveBeenCalledWith(expect.objectContaining({ id: 32 }));
  });

  it("says what it took and what was different, and keeps earlier ones folded", async () => {
    const { container } = await open("/agents?agent=4&try=1", {
      listTrials: () => [
        aTrial(),
        aTrial({
          task: "Say what a barge is.",
          tried: { ...textOf(WREN), instructions: "Be long.", tools: [] },
          text: "",
          work: aReply({ workflow_id: 30, status: "cancelled" }),
        }),
      ],
    });
    expect(await screen.findByText("A ferry carries people over water.")).toBeVisible();
    expect(screen.getByText("Say what a barge is.", { selector: "span" })).toBeVisible();
    await userEvent.click(screen.getByText("Say what a barge is.", { selector: "span" }));
    expect(screen.getByText("Tried with other tools, instructions.")).toBeVisible();
    expect(screen.getByText("You stopped it before it was done.")).toBeVisible();
    expect(await accessibilityProblems(container)).toEqual([]);
  });

  it("is not offered for those who work on whole workflows", async () => {
    await open("/agents?agent=1");
    await screen.findByRole("button", { name: "Edit" });
    expect(screen.queryByRole("button", { name: "Try it" })).not.toBeInTheDocument();
  });

  it("says why it did not begin", async () => {
    await open("/agents?agent=4&try=1", {
      tryAgent: () => {
        throw {
          code: "invalid_request",
          message: "“x” is not the name of a model.",
          details: { field: "model", next_step: "Choose another." },
        };
      },
    });
    await userEvent.type(await task(), "Anything{Control>}{Enter}{/Control}");
    expect(await screen.findByText("“x” is not the name of a model.")).toBeVisible();
    expect(await task()).toHaveValue("Anything");
  });
});
