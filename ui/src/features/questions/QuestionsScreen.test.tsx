import { act, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, it, vi } from "vitest";
import type { QuestionView, ReplyToQuestion } from "@/bindings/bindings";
import { useQuestionStore } from "@/stores";
import { accessibilityProblems } from "@/test/axe";
import { aQuestion } from "@/test/fixtures";
import { answerWith, renderScreen, resetStores } from "@/test/renderScreen";
import { QuestionsScreen } from "./QuestionsScreen";

const APPROVAL = aQuestion({
  id: 8,
  kind: "approval",
  agent_name: null,
  text: "Should this be published?",
  form: {
    show: "## The piece\n\nIt is **ready**.",
    outcomes: [
      { name: "publish", title: "Publish" },
      { name: "revise", title: "Send back" },
    ],
    fields: [{ name: "note", title: "Note", type: "long_text" }],
    expires_at: Date.now() + 90 * 60_000,
    expired_outcome: "revise",
  },
});

const open = () => renderScreen("/questions", { "/questions": () => <QuestionsScreen /> });

beforeEach(resetStores);

it("says so when nothing needs anybody", async () => {
  answerWith({ listAnsweredQuestions: () => [] });
  await open();
  expect(screen.getByText("Nothing needs you")).toBeInTheDocument();
});

it("lists questions by kind, answers an approval with its outcome and values, and shows it as answered", async () => {
  const answered: QuestionView[] = [];
  const replyToQuestion = vi.fn((given: ReplyToQuestion) => {
    const question: QuestionView = {
      ...APPROVAL,
      status: "answered",
      answered_at: Date.now(),
      reply: { outcome: given.outcome, fields: given.fields, expired: false },
    };
    answered.push(question);
    return question;
  });
  answerWith({ replyToQuestion, listAnsweredQuestions: () => [...answered] });
  act(() => useQuestionStore.getState().setQuestions([aQuestion({ id: 7 }), APPROVAL]));
  const { container } = await open();
  const headings = screen.getAllByRole("heading", { level: 2 }).map((each) => each.textContent);
  expect(headings).toEqual(["Approvals 1", "Questions 1"]);
  expect(screen.getByText("ready")).toBeInTheDocument();
  expect(screen.getByText(/Without an answer it is “Send back” in 1 h/)).toBeInTheDocument();
  expect(await accessibilityProblems(container)).toEqual([]);

  await userEvent.type(screen.getByLabelText("Note (optional)"), "Shorter");
  await userEvent.click(screen.getByRole("button", { name: "Send back" }));
  expect(replyToQuestion).toHaveBeenCalledExactlyOnceWith(
    expect.objectContaining({ id: 8, outcome: "revise", fields: { note: "Shorter" } }),
  );
  expect(await screen.findByText("Send back · Note: Shorter")).toBeInTheDocument();
  expect(screen.queryByRole("button", { name: "Publish" })).not.toBeInTheDocument();
});

it("says what answered itself when its time was over", async () => {
  const reply = { outcome: "revise", fields: {}, expired: true };
  const expired: QuestionView = { ...APPROVAL, status: "answered", answered_at: 5, reply };
  answerWith({ listAnsweredQuestions: () => [expired] });
  await open();
  expect(await screen.findByText(/Send back/)).toHaveTextContent("by itself: its time was over");
});

it("goes through the cards with J and K, into one with Enter and out with Esc", async () => {
  answerWith({ listAnsweredQuestions: () => [] });
  act(() => useQuestionStore.getState().setQuestions([aQuestion({ id: 7 }), APPROVAL]));
  await open();
  await userEvent.keyboard("jj");
  const card = screen.getByRole("region", { name: /^Question: (?!Should)/ }).parentElement;
  expect(card).toHaveFocus();
  await userEvent.keyboard("{Enter}");
  expect(screen.getByLabelText("Your answer")).toHaveFocus();
  await userEvent.keyboard("{Escape}");
  expect(card).toHaveFocus();
});
