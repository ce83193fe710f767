import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";
import { accessibilityProblems } from "@/test/axe";
import { aQuestion } from "@/test/fixtures";
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
});
