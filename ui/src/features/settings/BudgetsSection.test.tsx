import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { act } from "react";
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { BudgetsView, Frame, PriceView, SaveBudgets, SavePrice } from "@/bindings/bindings";
import { tellFacts } from "@/host/facts";
import { useFreshSpending } from "@/shared/spending/spendingQueries";
import { accessibilityProblems } from "@/test/axe";
import { NOTHING } from "@/test/fixtures";
import { type Answers, answerWith, renderScreen, resetStores } from "@/test/renderScreen";
import { SettingsScreen } from "./SettingsScreen";

const aView = (over: Partial<BudgetsView> = {}): BudgetsView => ({
  budgets: { day: { money: 5_000_000 }, agent_day: {}, workflow: {}, agents: {}, extras: [] },
  day: 0,
  spent: { ...NOTHING, money: 4_200_000, tokens: 12_300 },
  reserved: NOTHING,
  agents: [{ agent: "a", name: "Ada", spent: { ...NOTHING, money: 4_200_000, tokens: 12_300 } }],
  warnings: [],
  ...over,
});

const aPrice = (over: Partial<PriceView> = {}): PriceView => ({
  id: null,
  price: {
    kind: "open_ai",
    model: "big-1",
    input: 2_500_000,
    output: 10_000_000,
    cached: null,
    valid_from: 0,
    note: "List price",
  },
  ...over,
});

/** What the frame does for every screen, and the screen. */
function Settings() {
  useFreshSpending();
  return <SettingsScreen />;
}

function open(answers: Answers = {}) {
  answerWith({ getBudgets: () => aView(), listPrices: () => [aPrice()], ...answers });
  return renderScreen("/settings/budgets", { "/settings/$section": Settings });
}

beforeEach(resetStores);

describe("Budgets", () => {
  it("says what was spent today, and warns when little is left", async () => {
    const { container } = await open();
    expect(await screen.findByText("$4.20 of $5.00. Little is left.")).toBeVisible();
    expect(screen.getByRole("row", { name: /Ada/ })).toHaveTextContent("$4.20 · 12,300 tokens");
    expect(await accessibilityProblems(container)).toEqual([]);
  });

  it("saves limits, and only what can be read", async () => {
    const saveBudgets = vi.fn((wish: SaveBudgets) =>
      aView({ budgets: { ...aView().budgets, workflow: wish.workflow } }),
    );
    await open({ saveBudgets });
    const workflow = await screen.findByRole("group", { name: /Each new workflow/ });
    const money = within(workflow).getByRole("textbox", { name: "US dollars" });
    await userEvent.type(money, "lots");
    expect(screen.getByText("Use an amount like 2.50, or leave it empty.")).toBeVisible();
    expect(screen.getByRole("button", { name: "Save limits" })).toBeDisabled();
    await userEvent.clear(money);
    await userEvent.type(money, "2.50");
    await userEvent.click(screen.getByRole("button", { name: "Save limits" }));
    await waitFor(() => expect(saveBudgets).toHaveBeenCalledOnce());
    expect(saveBudgets.mock.calls[0]?.[0]).toMatchObject({
      day: { money: 5_000_000, tokens: null },
      workflow: { money: 2_500_000, tokens: null },
    });
    expect(await screen.findByText("Saved. They hold from the next call on.")).toBeVisible();
  });
});

it("follows limits that are changed elsewhere, until something is written", async () => {
  let money = 5_000_000;
  const asked = vi.fn(() => aView({ budgets: { day: { money } } }));
  await open({ getBudgets: asked });
  const saved = () =>
    tellFacts([{ kind: "changes", events: [{ kind: "budgets_saved" }] }] as unknown as Frame[]);
  const everything = await screen.findByRole("group", { name: /^Everything/ });
  const field = within(everything).getByRole("textbox", { name: "US dollars" });
  expect(field).toHaveValue("5");
  money = 7_000_000;
  act(saved);
  await waitFor(() => expect(field).toHaveValue("7"));
  expect(screen.getByRole("button", { name: "Save limits" })).toBeDisabled();
  fireEvent.change(field, { target: { value: "7.5" } });
  money = 9_000_000;
  asked.mockClear();
  // It is read once more when the rest after the last time is over.
  act(saved);
  await waitFor(() => expect(asked).toHaveBeenCalled(), { timeout: 3_000 });
  expect(field).toHaveValue("7.5");
});

describe("Prices", () => {
  it("sets one of the operator's own in front of one that came with the program", async () => {
    const own = aPrice({ id: 1, price: { ...aPrice().price, input: 2_000_000 } });
    const savePrice = vi.fn((_: SavePrice) => [own, aPrice()]);
    const removePrice = vi.fn(() => ({ removed: true }));
    await open({ savePrice, removePrice });
    await userEvent.click(await screen.findByRole("button", { name: "Set own" }));
    const form = screen.getByRole("form", { name: "Price" });
    const read = within(form).getByRole("textbox", { name: "Read" });
    await userEvent.clear(read);
    await userEvent.click(within(form).getByRole("button", { name: "Save price" }));
    expect(
      within(form).getByText("Use an amount like 2.50; 0 for what costs nothing."),
    ).toBeVisible();
    expect(savePrice).not.toHaveBeenCalled();
    await userEvent.type(read, "2");
    await userEvent.click(within(form).getByRole("button", { name: "Save price" }));
    await waitFor(() => expect(savePrice).toHaveBeenCalledOnce());
    expect(savePrice.mock.calls[0]?.[0]).toMatchObject({
      id: null,
      price: { model: "big-1", input: 2_000_000, output: 10_000_000 },
    });
    await userEvent.click(await screen.findByRole("button", { name: "Remove" }));
    await waitFor(() => expect(removePrice).toHaveBeenCalledOnce());
  });
});
