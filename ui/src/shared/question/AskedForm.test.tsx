import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it, vi } from "vitest";
import type { AgentQuestion } from "@/bindings/bindings";
import { accessibilityProblems } from "@/test/axe";
import { aQuestion } from "@/test/fixtures";
import { QuestionCard } from "./QuestionCard";
import { answerWords } from "./questionWords";

const QUESTION = "Which <b>port</b> should it use?";

function asking(asked: Partial<AgentQuestion> = {}) {
  return aQuestion({
    kind: "input",
    text: QUESTION,
    form: {
      outcomes: [
        { name: "answer", title: "Answer" },
        { name: "without", title: "Go on without an answer" },
      ],
      about: {
        about: "asked",
        asked: {
          turn: 1,
          index: 0,
          question: QUESTION,
          choices: ["8080", "The one **before**"],
          from: [],
          ...asked,
        },
      },
    },
  });
}

function open(asked: Partial<AgentQuestion> = {}) {
  const onReply = vi.fn(async () => undefined);
  return { onReply, ...render(<QuestionCard question={asking(asked)} onReply={onReply} />) };
}

it("shows an agent's words as they are, and sends what was chosen", async () => {
  const { container, onReply } = open();
  expect(screen.getByText(QUESTION)).toBeVisible();
  expect(container.querySelector("b, strong")).toBeNull();
  expect(screen.queryByText(/The workflow has read/)).not.toBeInTheDocument();
  expect(await accessibilityProblems(container)).toEqual([]);
  await userEvent.click(screen.getByRole("radio", { name: "The one **before**" }));
  await userEvent.click(screen.getByRole("button", { name: "Answer" }));
  expect(onReply).toHaveBeenCalledExactlyOnceWith({
    outcome: "answer",
    fields: { choice: "The one **before**" },
  });
});

it("wants a choice or words, and sends words with the keyboard", async () => {
  const { onReply } = open();
  expect(screen.getByRole("radio", { name: "Something else" })).toBeChecked();
  await userEvent.click(screen.getByRole("button", { name: "Answer" }));
  expect(screen.getByRole("alert")).toHaveTextContent("Choose an answer, or write one.");
  await userEvent.type(
    screen.getByLabelText("Your own words"),
    " 9000 {Control>}{Enter}{/Control}",
  );
  expect(onReply).toHaveBeenCalledExactlyOnceWith({ outcome: "answer", fields: { words: "9000" } });
});

it("lets the agent go on without an answer, whatever was written", async () => {
  const { onReply } = open({ choices: [] });
  expect(screen.queryByRole("radio")).not.toBeInTheDocument();
  await userEvent.type(screen.getByLabelText("Your answer"), "I don't");
  await userEvent.click(screen.getByRole("button", { name: "Go on without an answer" }));
  expect(onReply).toHaveBeenCalledExactlyOnceWith({ outcome: "without", fields: {} });
});

it("says what was read before, where the question may come from", () => {
  open({ from: ["web", "files"] });
  expect(
    screen.getByText(/has read web pages and files in granted folders\. The question may come/),
  ).toBeVisible();
});

it("tells an answer without the form's own words", () => {
  const reply = (outcome: string, fields: object) => ({
    ...asking(),
    reply: { outcome, fields, expired: false },
  });
  expect(answerWords(reply("answer", { choice: "8080", words: "for now" }))).toBe("8080 · for now");
  expect(answerWords(reply("without", {}))).toBe("Go on without an answer");
});
