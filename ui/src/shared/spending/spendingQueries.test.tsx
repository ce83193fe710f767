import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { renderHook } from "@testing-library/react";
import type { ReactNode } from "react";
import { expect, it, onTestFinished, vi } from "vitest";
import type { BudgetWarning, Frame } from "@/bindings/bindings";
import { tellFacts } from "@/host/facts";
import { NOON, NOTHING } from "@/test/fixtures";
import { useFreshSpending } from "./spendingQueries";
import { warningWords } from "./warnings";

const tell = (kind: string) =>
  tellFacts([{ kind: "changes", events: [{ kind }] }] as unknown as Frame[]);

it("asks anew for what follows from facts, and at most once a second", () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const client = new QueryClient();
  const renew = vi.spyOn(client, "invalidateQueries").mockResolvedValue();
  const times = () => renew.mock.calls.length / 2;
  const { unmount } = renderHook(useFreshSpending, {
    wrapper: ({ children }: { children: ReactNode }) => (
      <QueryClientProvider client={client}>{children}</QueryClientProvider>
    ),
  });
  tell("task_started");
  expect(times()).toBe(0);
  for (let call = 0; call < 50; call += 1) tell("call_finished");
  expect(times()).toBe(1);
  vi.advanceTimersByTime(1_000);
  expect(times()).toBe(2);
  vi.advanceTimersByTime(10_000);
  expect(times()).toBe(2);
  tell("budget_nearly_spent");
  expect(times()).toBe(3);
  unmount();
  tell("call_finished");
  vi.advanceTimersByTime(10_000);
  expect(times()).toBe(3);
});

it("says whose budget it is and how much of it is spent", () => {
  const warning: BudgetWarning = {
    id: 1,
    whose: { of: "day", day: NOON },
    name: "",
    agent_id: null,
    workflow_id: null,
    task_id: null,
    limit: { money: 5_000_000, tokens: 90_000 },
    spent: { ...NOTHING, money: 4_000_000, tokens: 85_000 },
    at: NOON,
  };
  const agent = "0192cccc-0000-7000-8000-000000000001";
  expect(warningWords(warning)).toBe(
    "Little is left for today: 85,000 tokens of 90,000 tokens are spent.",
  );
  expect(
    warningWords({
      ...warning,
      whose: { of: "agent", agent, day: NOON },
      name: "Wren",
      spent: { ...NOTHING, money: 5_200_000 },
    }),
  ).toBe("Nothing is left for the agent Wren today: $5.20 of $5.00 are spent.");
});
