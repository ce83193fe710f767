import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test } from "vitest";
import type { CallView } from "@/bindings/bindings";
import { waitWords } from "@/shared/lib/waitWords";
import { aModelCall, aTask } from "@/test/fixtures";
import { hasNotes, ModelCallNotes } from "./ModelCallNotes";

const REFUSED = {
  code: "model_refused",
  message: "The server does not know the model.",
  next_step: "Choose another one.",
  retryable: false,
  retry_after_ms: null,
} as const;

const passedOver = (over: object): CallView =>
  aModelCall({
    kind: {
      kind: "model",
      model: "b/small",
      passed_over: [{ model: "a/large", why: REFUSED.message, ...over }],
    },
  });

test("a plain call has nothing to say", () => {
  expect(hasNotes(aModelCall())).toBe(false);
});

test("who was passed over is said with the reason, once", () => {
  const { rerender } = render(<ModelCallNotes call={passedOver({})} told={[]} />);
  screen.getByText("Asked in place of a/large: The server does not know the model.");
  const failed = aModelCall({ kind: { kind: "model", model: "a/large" }, failure: REFUSED });
  rerender(<ModelCallNotes call={passedOver({ shown: true })} told={[failed]} />);
  screen.getByText(/^Asked in place of a\/large\. A part of its answer was shown before/);
});

test("what was left out and what was kept is counted", () => {
  const call = aModelCall({
    kind: {
      kind: "model",
      model: "a/large",
      left_out: { results: 2, turns: 1, tokens: 5_100, window: 8_192 },
    },
    usage: {
      input_tokens: 900,
      output_tokens: 10,
      cached_tokens: 600,
      cache_written_tokens: 200,
    },
  });
  render(<ModelCallNotes call={call} told={[]} />);
  screen.getByText(
    "Left out to fit the 8,192 tokens of this model: 2 older results and 1 older turn, about 5,100 tokens.",
  );
  screen.getByText("Of the tokens read: 600 kept from before, 200 kept for later.");
});

test("thoughts are folded until they are asked for", async () => {
  render(<ModelCallNotes call={aModelCall({ thoughts: "Hm. Let me see." })} told={[]} />);
  const details = screen.getByText("What it thought").closest("details");
  expect(details?.open).toBe(false);
  await userEvent.click(screen.getByText("What it thought"));
  expect(details?.open).toBe(true);
  screen.getByText("Hm. Let me see.");
});

test("a task says what it waits for", () => {
  const wait = { provider: "far", model: "far/big", why: "busy" as const, until: null };
  expect(waitWords(aTask())).toBeNull();
  expect(waitWords(aTask({ waits_for: wait }))).toBe("Waits for its turn at “far”");
  const until = new Date(2026, 0, 1, 12, 30, 5).getTime();
  const paused = waitWords(aTask({ waits_for: { ...wait, why: "paused", until } }));
  expect(paused).toMatch(/^Waits until .*30:05.*: “far” asked for a pause$/);
});
