import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it, vi } from "vitest";
import type {
  ForkPlanView,
  ForkWorkflow,
  PlanFork,
  TemplateDetail,
  TemplateView,
} from "@/bindings/bindings";
import { accessibilityProblems } from "@/test/axe";
import { aFailure, aTask, aTaskDetail, aWorkflow } from "@/test/fixtures";
import { type Answers, answerWith, renderScreen, resetStores } from "@/test/renderScreen";
import { ForkButton, ForkFromThere } from "./ForkButton";

const USED = { calls: 1, tokens: 900, unknown_tokens: 0, money: 0, unknown_money: 1 };
const task = (title: string) => ({ key: title, title, agent: "Creator", gathers: false });
const PLAN: ForkPlanView = {
  again: [task("Report back")],
  reused: 2,
  kept: [task("Analyse"), task("Research")],
  used: USED,
  repeats: [],
  above: [],
};
const TASK = aTask({ status: "completed" });
const WORKFLOW = aWorkflow({
  status: "completed",
  inputs: { topic: "Ferries", items: ["one", "two"] },
});
const TEMPLATE = {
  inputs: [
    { name: "topic", title: "Topic", type: "text", required: true },
    { name: "items", title: "Items", type: "list" },
  ],
} as Partial<TemplateView> as TemplateView;

function open(answers: Answers = {}) {
  const planFork = vi.fn((_request: PlanFork) => PLAN);
  const forkWorkflow = vi.fn((_request: ForkWorkflow) => aWorkflow({ id: 13 }));
  const getTemplate = (): TemplateDetail => ({ template: TEMPLATE, text: "" });
  answerWith({
    getTask: () => aTaskDetail({ task: TASK }),
    listModels: () => ({ models: [], notices: [] }),
    planFork,
    forkWorkflow,
    getTemplate,
    ...answers,
  });
  return { planFork, forkWorkflow };
}

const draw = () =>
  renderScreen("/", {
    "/": () => <ForkButton task={TASK} workflow={WORKFLOW} tasks={[TASK]} />,
    "/workflows/$id": () => <p>The fork</p>,
  });

async function choose(what: string) {
  await userEvent.click(screen.getByRole("combobox", { name: "What is changed" }));
  await userEvent.click(await screen.findByRole("option", { name: what }));
}

beforeEach(resetStores);

describe("ForkDialog", () => {
  it("names what is done anew and what is taken over, and starts the fork", async () => {
    const { forkWorkflow } = open();
    const { address } = await draw();
    await userEvent.click(screen.getByRole("button", { name: "Fork from here" }));
    const plan = await screen.findByRole("region", { name: "What the fork does" });
    expect(plan).toHaveTextContent("1 task done anew.");
    expect(plan).toHaveTextContent("900 tokens, the cost is unknown");
    await userEvent.click(within(plan).getByText("2 answers taken over from the record."));
    expect(within(plan).getByRole("list", { name: "Taken over" })).toHaveTextContent("Research");
    expect(await accessibilityProblems(screen.getByRole("dialog"))).toEqual([]);
    await userEvent.click(screen.getByRole("button", { name: "Start the fork" }));
    expect(await screen.findByText("The fork")).toBeInTheDocument();
    expect(address()).toBe("/workflows/13");
    expect(forkWorkflow).toHaveBeenCalledExactlyOnceWith(
      expect.objectContaining({ edit: { edit: "again" }, repeat: false }),
    );
  });

  it("edits the inputs in the template's own form, filled in from the run", async () => {
    const { planFork } = open();
    await draw();
    await userEvent.click(screen.getByRole("button", { name: "Fork from here" }));
    await screen.findByRole("region", { name: "What the fork does" });
    await choose("The inputs of the workflow");
    const topic = await screen.findByLabelText("Topic");
    expect(topic).toHaveValue("Ferries");
    expect(screen.getByLabelText("Items (optional)")).toHaveValue("one\ntwo");
    await userEvent.clear(topic);
    expect(await screen.findByText("Write something here.")).toBeInTheDocument();
    expect(screen.getByRole("button", { name: "Start the fork" })).toBeDisabled();
    await userEvent.type(topic, "Boats");
    await waitFor(() =>
      expect(planFork).toHaveBeenLastCalledWith(
        expect.objectContaining({
          edit: { edit: "inputs", values: { topic: "Boats", items: ["one", "two"] } },
        }),
      ),
    );
    await waitFor(() =>
      expect(screen.getByRole("button", { name: "Start the fork" })).toBeEnabled(),
    );
  });

  it("takes inputs as JSON where the template is not here", async () => {
    open({
      getTemplate: () => {
        throw {
          code: "not_found",
          message: "There is no such template.",
          details: { field: null, next_step: null },
        };
      },
    });
    await draw();
    await userEvent.click(screen.getByRole("button", { name: "Fork from here" }));
    await screen.findByRole("region", { name: "What the fork does" });
    await choose("The inputs of the workflow");
    const json = await screen.findByLabelText("Inputs as JSON");
    expect(JSON.parse((json as HTMLTextAreaElement).value)).toEqual(WORKFLOW.inputs);
    await userEvent.clear(json);
    expect(await screen.findByText("Write the inputs as a JSON object.")).toBeInTheDocument();
  });

  it("asks before something outside is changed a second time", async () => {
    const { forkWorkflow } = open({
      planFork: () => ({ ...PLAN, repeats: [{ task: "Publish", tool: "post" }] }),
    });
    await draw();
    await userEvent.click(screen.getByRole("button", { name: "Fork from here" }));
    const agreed = await screen.findByRole("checkbox", { name: /post in “Publish”/ });
    expect(screen.getByRole("button", { name: "Start the fork" })).toBeDisabled();
    await userEvent.click(agreed);
    await userEvent.click(screen.getByRole("button", { name: "Start the fork" }));
    await waitFor(() =>
      expect(forkWorkflow).toHaveBeenCalledWith(expect.objectContaining({ repeat: true })),
    );
  });
});

describe("ForkFromThere", () => {
  it("opens the fork at the task that the failure names, with other words first", async () => {
    open();
    const failure = aFailure({ code: "loop_detected", fork_from: { task: TASK.key } });
    await renderScreen("/", {
      "/": () => <ForkFromThere failure={failure} tasks={[TASK]} workflow={WORKFLOW} />,
    });
    await userEvent.click(screen.getByRole("button", { name: "Fork from there" }));
    await screen.findByRole("dialog", { name: `Fork from “${TASK.title}”` });
    expect(await screen.findByLabelText("What it is told")).toHaveValue(TASK.description);
  });

  it("offers nothing where the failure names no task that is here", async () => {
    await renderScreen("/", {
      "/": () => (
        <ForkFromThere
          failure={aFailure({ fork_from: { task: "gone" } })}
          tasks={[TASK]}
          workflow={WORKFLOW}
        />
      ),
    });
    expect(screen.queryByRole("button")).toBeNull();
  });
});
