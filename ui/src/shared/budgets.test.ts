import { describe, expect, it } from "vitest";
import type { BudgetsView } from "@/bindings/bindings";
import { NOON, NOTHING } from "@/test/fixtures";
import { todaysLimit, usedMost } from "./budgets";

const DAY = NOON - (NOON % 86_400_000);
const AGENT = "0192cccc-0000-7000-8000-000000000001";

const view = (budgets: BudgetsView["budgets"]): BudgetsView => ({
  budgets,
  day: DAY,
  spent: NOTHING,
  reserved: NOTHING,
  agents: [],
  warnings: [],
});

describe("today's limit", () => {
  it("has what was allowed on top of it today, and nothing from another day or of an agent", () => {
    const extra = { money: 500_000, tokens: 0 };
    const budgets = {
      day: { money: 1_000_000, tokens: null },
      agent_day: { money: 200_000, tokens: 9_000 },
      extras: [
        { ...extra, day: DAY, agent: null },
        { ...extra, day: DAY - 86_400_000, agent: null },
        { ...extra, day: DAY, agent: AGENT },
      ],
    };
    expect(todaysLimit(view(budgets))).toEqual({ money: 1_500_000, tokens: null });
    expect(todaysLimit(view(budgets), AGENT)).toEqual({ money: 700_000, tokens: 9_000 });
  });

  it("of an agent is its own, also where that says nothing", () => {
    const budgets = { agent_day: { money: 200_000 }, agents: { [AGENT]: { tokens: 10 } } };
    expect(todaysLimit(view(budgets), AGENT)).toEqual({ money: null, tokens: 10 });
    expect(todaysLimit(view(budgets), "another")).toEqual({ money: 200_000, tokens: null });
    expect(todaysLimit(view({}))).toEqual({ money: null, tokens: null });
  });
});

describe("what was used", () => {
  it("is told of what is nearer to its end", () => {
    const spent = { ...NOTHING, money: 420_000, tokens: 950 };
    expect(usedMost(spent, {})).toBeNull();
    expect(usedMost(spent, { money: 500_000 })).toEqual({
      part: 0.84,
      spent: "$0.42",
      limit: "$0.50",
    });
    expect(usedMost(spent, { money: 500_000, tokens: 1_000 })).toMatchObject({
      part: 0.95,
      limit: "1,000 tokens",
    });
    expect(usedMost(NOTHING, { money: 0 })).toMatchObject({ part: 1 });
  });
});
