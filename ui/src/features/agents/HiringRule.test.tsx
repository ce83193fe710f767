import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, it, vi } from "vitest";
import type { HirePolicy } from "@/bindings/bindings";
import { accessibilityProblems } from "@/test/axe";
import { answerWith, renderScreen, resetStores } from "@/test/renderScreen";
import { HiringRule } from "./HiringRule";

beforeEach(resetStores);

it("shows the rule and keeps another one at once", async () => {
  const saveHiring = vi.fn(({ policy }: { policy: HirePolicy }) => ({ policy }));
  answerWith({ getHiring: () => ({ policy: { rule: "within_limits", most: 12 } }), saveHiring });
  const { container } = await renderScreen("/", { "/": HiringRule });
  expect(await screen.findByRole("radio", { name: "Hire by itself" })).toBeChecked();
  expect(await accessibilityProblems(container)).toEqual([]);
  const most = screen.getByRole("textbox", { name: "New agents at once, at most" });
  await userEvent.clear(most);
  expect(screen.getByText("Use a number from 1 to 100.")).toBeVisible();
  await userEvent.type(most, "2{Enter}");
  await vi.waitFor(() =>
    expect(saveHiring.mock.lastCall?.[0].policy).toEqual({ rule: "within_limits", most: 2 }),
  );
  await vi.waitFor(() => expect(screen.queryByRole("button", { name: "Save" })).toBeNull());
  await userEvent.type(screen.getByRole("textbox", { name: "US dollars" }), "0");
  expect(screen.getByText("Use an amount like 0.50, or leave it empty.")).toBeVisible();
  await userEvent.type(screen.getByRole("textbox", { name: "US dollars" }), ".50");
  await userEvent.click(screen.getByRole("button", { name: "Save" }));
  await vi.waitFor(() =>
    expect(saveHiring.mock.lastCall?.[0].policy).toEqual({
      rule: "within_limits",
      most: 2,
      each: { money: 500_000, tokens: null },
    }),
  );
  await userEvent.click(screen.getByRole("radio", { name: "Ask me each time" }));
  await vi.waitFor(() =>
    expect(screen.getByRole("radio", { name: "Ask me each time" })).toBeChecked(),
  );
  expect(saveHiring.mock.lastCall?.[0].policy).toEqual({ rule: "ask_always" });
  expect(screen.queryByRole("textbox")).not.toBeInTheDocument();
});
