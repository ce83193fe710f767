import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { ChangeBudget } from "@/bindings/bindings";
import { accessibilityProblems } from "@/test/axe";
import { aTask, aWorkflow, NOTHING } from "@/test/fixtures";
import { answerWith, renderScreen, resetStores } from "@/test/renderScreen";
import { BudgetButton } from "./BudgetButton";
import { budgetDraft, budgetProblem, readBudget, sameBudget } from "./budgetForm";
import { dearest } from "./spentOn";

const DOLLAR = 1_000_000;
const TASKS = [
  aTask({ id: 1, key: "look", title: "Look", spent: { ...NOTHING, money: 20, tokens: 5 } }),
  aTask({ id: 2, key: "each", title: "Each", spent: { ...NOTHING, money: 90, tokens: 9 } }),
  aTask({
    id: 3,
    key: "each/0/a",
    title: "A",
    container: "each",
    spent: { ...NOTHING, money: 90 },
  }),
  aTask({ id: 4, key: "say", title: "Say" }),
];

beforeEach(resetStores);

describe("the fields of a budget", () => {
  it("reads every limit that is written, and keeps what was there", () => {
    const present = { money: 2 * DOLLAR, fan_out: 40 };
    const draft = budgetDraft(present);
    expect(draft).toEqual({
      money: "2",
      tokens: "",
      seconds: "",
      steps: "",
      fan_out: "40",
      depth: "",
    });
    expect(sameBudget(draft, present)).toBe(true);
    const written = { ...draft, money: "2.50", tokens: "1,000", seconds: "600", depth: "0" };
    expect(sameBudget(written, present)).toBe(false);
    expect(readBudget(written)).toEqual({
      money: 2.5 * DOLLAR,
      tokens: 1000,
      seconds: 600,
      steps: null,
      fan_out: 40,
      depth: 0,
    });
    expect(readBudget({ ...draft, steps: "two" })).toBeNull();
    expect(budgetProblem("steps", "1.5")).toBe("Use a whole number, or leave it empty.");
    expect(budgetProblem("seconds", "0")).toBe("Use 1 or more, or leave it empty.");
    expect(budgetProblem("depth", "0")).toBeNull();
  });

  it("counts what is inside a task once", () => {
    expect(dearest(TASKS).map((task) => task.title)).toEqual(["Each", "Look"]);
  });
});

describe("BudgetButton", () => {
  it("shows what was spent on what, and changes the budget of the workflow", async () => {
    const workflow = aWorkflow({ spent: { ...NOTHING, money: 110, tokens: 14, unpriced: 2 } });
    const changeBudget = vi.fn((_request: ChangeBudget) => workflow);
    answerWith({ changeBudget });
    await renderScreen("/", {
      "/": () => <BudgetButton workflow={workflow} task={null} tasks={TASKS} />,
    });
    const button = screen.getByRole("button", { name: "Set a budget" });
    await userEvent.click(button);
    const dialog = await screen.findByRole("dialog", { name: "Budget of this workflow" });
    expect(within(dialog).getByRole("row", { name: /All together/ })).toHaveTextContent(
      "2 calls of unknown price",
    );
    expect(await accessibilityProblems(dialog)).toEqual([]);
    await userEvent.type(screen.getByLabelText("US dollars"), "0.50");
    await userEvent.click(within(dialog).getByRole("button", { name: "Change the budget" }));
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    expect(changeBudget).toHaveBeenCalledExactlyOnceWith(
      expect.objectContaining({
        workflow_id: 12,
        task_id: null,
        budget: expect.objectContaining({ money: DOLLAR / 2, tokens: null }),
      }),
    );
    await waitFor(() => expect(button).toHaveFocus());
  });

  it("is not there for what is complete or history", async () => {
    await renderScreen("/", {
      "/": () => (
        <>
          <BudgetButton workflow={aWorkflow({ status: "completed" })} task={null} tasks={[]} />
          <BudgetButton workflow={aWorkflow({ imported: 5 })} task={null} tasks={[]} />
        </>
      ),
    });
    expect(screen.queryByRole("button")).toBeNull();
  });
});
