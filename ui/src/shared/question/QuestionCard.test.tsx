import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";
import { accessibilityProblems } from "@/test/axe";
import { aQuestion } from "@/test/fixtures";
import { answerWith } from "@/test/renderScreen";
import { QuestionCard } from "./QuestionCard";

describe("QuestionCard", () => {
  it("asks for words before it sends, and sends them trimmed", async () => {
    const onAnswer = vi.fn().mockResolvedValue(undefined);
    const { container } = render(<QuestionCard question={aQuestion()} onAnswer={onAnswer} />);
    await userEvent.click(screen.getByRole("button", { name: "Answer" }));
    expect(screen.getByRole("alert")).toHaveTextContent("Write an answer first.");
    expect(await accessibilityProblems(container)).toEqual([]);
    await userEvent.type(
      screen.getByLabelText("Your answer"),
      "  Both {Control>}{Enter}{/Control}",
    );
    expect(onAnswer).toHaveBeenCalledExactlyOnceWith("Both");
  });

  it("keeps the answer and says what to do when it was not taken", async () => {
    const refused = {
      code: "conflict",
      message: "The workflow has ended.",
      details: { field: null, next_step: "Retry it first." },
    };
    const onAnswer = vi.fn().mockRejectedValue(refused);
    render(<QuestionCard question={aQuestion()} onAnswer={onAnswer} />);
    const field = screen.getByLabelText("Your answer");
    await userEvent.type(field, "Both");
    await userEvent.click(screen.getByRole("button", { name: "Answer" }));
    expect(await screen.findByRole("alert")).toHaveTextContent(
      "The workflow has ended. Retry it first.",
    );
    expect(field).toHaveValue("Both");
  });

  it("asks for the passphrase where keys are locked, and sends the run nothing", async () => {
    const locked = { place: "file" as const, locked: true, exists: true };
    const unlockKeys = vi.fn(() => ({ ...locked, locked: false }));
    answerWith({ getKeys: () => locked, unlockKeys });
    const onAnswer = vi.fn();
    const question = aQuestion({ kind: "keys_locked", text: "The key for anthropic is locked." });
    const { container } = render(
      <QueryClientProvider client={new QueryClient()}>
        <QuestionCard question={question} onAnswer={onAnswer} />
      </QueryClientProvider>,
    );
    const field = await screen.findByLabelText("Passphrase of the file of keys");
    expect(screen.queryByLabelText("Your answer")).not.toBeInTheDocument();
    expect(await accessibilityProblems(container)).toEqual([]);
    await userEvent.type(field, "correct horse{Enter}");
    expect(await screen.findByText(/The run goes on by itself\./)).toBeVisible();
    expect(unlockKeys).toHaveBeenCalledExactlyOnceWith({ passphrase: "correct horse" });
    expect(onAnswer).not.toHaveBeenCalled();
  });
});
