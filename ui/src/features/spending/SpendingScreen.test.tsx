import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { BudgetsView, SpendingView } from "@/bindings/bindings";
import { DAY } from "@/shared/spending/spendingQueries";
import { accessibilityProblems } from "@/test/axe";
import { NOON, NOTHING } from "@/test/fixtures";
import { type Answers, answerWith, renderScreen, resetStores } from "@/test/renderScreen";
import { everyDay, measureOf, sumWords, together } from "./days";
import { SpendingScreen } from "./SpendingScreen";

const TODAY = NOON - (NOON % DAY);
const BUDGETS: BudgetsView = {
  budgets: { day: { money: 5_000_000 } },
  day: TODAY,
  spent: { ...NOTHING, money: 1_200_000, tokens: 32_000 },
  reserved: NOTHING,
  agents: [],
  warnings: [],
};

const sum = (money: number, tokens: number, calls: number, unpriced = 0) => ({
  calls,
  spent: { ...NOTHING, money, tokens, unpriced },
});

const aSpending = (over: Partial<SpendingView> = {}): SpendingView => ({
  from: TODAY - 29 * DAY,
  to: TODAY,
  total: sum(3_000_000, 90_000, 40, 2),
  days: [
    { day: TODAY - 3 * DAY, sum: sum(1_800_000, 58_000, 22, 2) },
    { day: TODAY, sum: sum(1_200_000, 32_000, 18) },
  ],
  agents: [
    { agent: "a", agent_id: 4, name: "API designer", sum: sum(2_000_000, 60_000, 30) },
    { agent: "b", agent_id: null, name: null, sum: sum(1_000_000, 30_000, 10, 2) },
  ],
  models: [
    { model: "far/big", sum: sum(2_900_000, 80_000, 30) },
    { model: null, sum: sum(100_000, 10_000, 0, 2) },
  ],
  workflows: [
    { workflow_id: 12, conversation: null, name: "Design an API", sum: sum(2_000_000, 60_000, 30) },
    { workflow_id: null, conversation: "c-1", name: "About ferries", sum: sum(500_000, 9_000, 4) },
    { workflow_id: null, conversation: null, name: null, sum: sum(300_000, 9_000, 4, 2) },
  ],
  others: sum(200_000, 12_000, 2),
  ...over,
});

function open(address = "/spending", answers: Answers = {}) {
  answerWith({ getBudgets: () => BUDGETS, getSpending: () => aSpending(), ...answers });
  return renderScreen(address, {
    "/spending": SpendingScreen,
    "/workflows/$id": () => <p>One workflow</p>,
  });
}

beforeEach(resetStores);

describe("sums of days", () => {
  it("has every day, and adds up what is known and what is not", () => {
    const days = everyDay(aSpending(), TODAY - 29 * DAY, TODAY);
    expect(days).toHaveLength(30);
    expect(days[0]?.sum.calls).toBe(0);
    expect(together(days.map((day) => day.sum))).toEqual(sum(3_000_000, 90_000, 40, 2));
    expect(sumWords(sum(1_000_000, 9_000, 1, 2))).toBe(
      "$1.00 and 2 calls of unknown price · 9,000 tokens · 1 call",
    );
    expect(sumWords(sum(0, 9_000, 0))).toBe("$0.00 · 9,000 tokens");
    expect(measureOf({ ...NOTHING, tokens: 5 })).toBe("tokens");
  });
});

describe("SpendingScreen", () => {
  it("shows today, the last days, and who spent how much", async () => {
    const { container } = await open();
    expect(await screen.findByText("$1.20 of $5.00")).toBeVisible();
    expect(screen.getAllByText("$3.00 and 2 calls of unknown price")[0]).toBeVisible();
    const agents = await screen.findByRole("table", { name: "Spent by agent" });
    expect(within(agents).getByRole("row", { name: /API designer/ })).toHaveTextContent(
      "3060,000$2.0067 %",
    );
    expect(within(agents).getByRole("row", { name: /An agent that is gone/ })).toHaveTextContent(
      "2 calls of unknown price",
    );
    expect(within(screen.getByRole("group", { name: "Days" })).getAllByRole("button")).toHaveLength(
      30,
    );
    expect(await accessibilityProblems(container)).toEqual([]);
  });

  it("splits by workflow, with the way to each", async () => {
    const { address } = await open("/spending?by=workflows");
    const table = await screen.findByRole("table", { name: "Spent by workflow" });
    const names = within(table).getAllByRole("rowheader");
    expect(names.map((name) => name.textContent)).toEqual([
      "Design an API",
      "About ferries conversation",
      "Workflows that are gone",
      "All others",
    ]);
    await userEvent.click(screen.getByRole("tab", { name: /Models/ }));
    expect(await screen.findByRole("table", { name: "Spent by model" })).toHaveTextContent(
      "Not known, from before models were kept",
    );
    expect(address()).toContain("by=models");
    await userEvent.click(screen.getByRole("tab", { name: /Workflows/ }));
    await userEvent.click(await screen.findByRole("link", { name: "Design an API" }));
    expect(address()).toBe("/workflows/12");
  });

  it("looks at one day, chosen by key, and back at all of them", async () => {
    const getSpending = vi.fn(({ from, to }: { from: number; to: number }) =>
      from === to
        ? aSpending({ from, to, agents: aSpending().agents.slice(0, 1) })
        : aSpending({ from, to }),
    );
    await open("/spending", { getSpending });
    const days = await screen.findByRole("group", { name: "Days" });
    const today = within(days).getAllByRole("button").at(-1);
    today?.focus();
    await userEvent.keyboard("{ArrowLeft}{ArrowLeft}{ArrowLeft}{Enter}");
    const heading = await screen.findByRole("heading", { name: /19/ });
    expect(heading).toBeVisible();
    await waitFor(() => expect(screen.queryByText("An agent that is gone")).toBeNull());
    expect(getSpending).toHaveBeenLastCalledWith({ from: TODAY - 3 * DAY, to: TODAY - 3 * DAY });
    await userEvent.click(screen.getByRole("button", { name: "All days" }));
    expect(await screen.findByText("An agent that is gone")).toBeVisible();
  });

  it("sets limits where spending is seen", async () => {
    const saveBudgets = vi.fn(() => BUDGETS);
    await open("/spending", { saveBudgets });
    await userEvent.click(await screen.findByRole("button", { name: "Limits" }));
    const inspector = await screen.findByRole("complementary", { name: "Limits" });
    const day = within(inspector).getByRole("group", { name: /^Everything/ });
    const money = within(day).getByRole("textbox", { name: "US dollars" });
    expect(money).toHaveValue("5");
    await userEvent.clear(money);
    await userEvent.type(money, "7");
    await userEvent.click(within(inspector).getByRole("button", { name: "Save limits" }));
    await waitFor(() =>
      expect(saveBudgets).toHaveBeenCalledExactlyOnceWith(
        expect.objectContaining({ day: { money: 7_000_000, tokens: null } }),
      ),
    );
  });

  it("writes a table where the operator chooses, and says where it is", async () => {
    const saveSpendingFile = vi
      .fn()
      .mockReturnValueOnce(null)
      .mockReturnValue({ path: "/home/me/spending.csv", bytes: 120 });
    await open("/spending", { saveSpendingFile });
    const button = await screen.findByRole("button", { name: "Export…" });
    await userEvent.click(button);
    await waitFor(() => expect(saveSpendingFile).toHaveBeenCalledOnce());
    expect(screen.queryByText(/It is in/)).toBeNull();
    await userEvent.click(button);
    expect(await screen.findByText("It is in /home/me/spending.csv.")).toBeVisible();
    expect(saveSpendingFile).toHaveBeenLastCalledWith({ from: TODAY - 29 * DAY, to: TODAY });
  });

  it("says so where nothing was spent, and where it can't be read", async () => {
    const nothing = aSpending({ total: sum(0, 0, 0), days: [], agents: [], models: [] });
    await open("/spending", { getSpending: () => nothing });
    expect(await screen.findByText("Nothing was spent in the last 30 days")).toBeVisible();
  });

  it("says why it can't be read", async () => {
    await open("/spending", {
      getSpending: () => {
        throw { code: "internal", message: "It broke.", details: { field: null, next_step: null } };
      },
    });
    expect(await screen.findByText("What was spent could not be read.")).toBeVisible();
  });
});
