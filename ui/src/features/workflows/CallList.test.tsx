import { screen } from "@testing-library/react";
import { beforeEach, expect, it } from "vitest";
import type { CallView } from "@/bindings/bindings";
import { aModelCall, aSearchCall, aTask } from "@/test/fixtures";
import { renderScreen, resetStores } from "@/test/renderScreen";
import { CallList } from "./CallList";

beforeEach(() => resetStores());

const asking = (over: Parameters<typeof aModelCall>[0]) =>
  aModelCall({
    key: "reply#1.1.0",
    kind: { kind: "tool", tool: "ask_agent", call_id: "c1", repeatable: true },
    arguments: { agent: "Editor", task: "Check the figures." },
    text: null,
    usage: { input_tokens: null, output_tokens: null },
    help: 13,
    ...over,
  });

const show = (call: ReturnType<typeof aModelCall>) =>
  renderScreen("/", {
    "/": () => <CallList task={aTask()} calls={[call]} onCitation={() => undefined} />,
    "/workflows/$id": () => <p>A workflow</p>,
  });

const asked = (text: string): CallView =>
  aSearchCall({
    kind: { kind: "tool", tool: "ask_operator", call_id: "c1", repeatable: true },
    arguments: { question: "Which port?" },
    passages: [],
    text,
  });

it.each([
  ["The operator chose: 8080", "You chose: 8080"],
  ["The operator answered: The operator chose: it", "You answered: The operator chose: it"],
  ["The operator chose: 8080\n\nThe operator added: soon", /^You chose: 8080\s+You added: soon$/],
  [
    "The operator wants you to go on without an answer. Decide as well as you can.",
    "You let it go on without an answer.",
  ],
])("what the operator answered is said to them: %s", async (text, said) => {
  await show(asked(text));
  const [call] = await screen.findAllByRole("listitem");
  expect(call).toHaveTextContent("Ask you: Which port?");
  expect(screen.getByText(said)).toBeVisible();
});

it("says whom another agent asked, and leads to where that one works", async () => {
  await show(asking({ status: "started", finished_at: null }));
  expect(await screen.findByText("Editor, Check the figures.")).toBeVisible();
  expect(screen.getByText("Ask another agent:")).toBeVisible();
  expect(screen.getByText("Waits for the answer")).toBeVisible();
  const link = screen.getByRole("link", { name: "See how Editor is doing it" });
  expect(link).toHaveAttribute("href", expect.stringContaining("/workflows/13"));
});

it("shows the answer, and still leads there", async () => {
  await show(asking({ text: "“Editor” answered: They are right.", from: "run" }));
  expect(await screen.findByText("“Editor” answered: They are right.")).toBeVisible();
  expect(screen.getByRole("link", { name: "See how Editor did it" })).toBeVisible();
  expect(screen.queryByText("Waits for the answer")).toBeNull();
});

it("leads nowhere where nobody was asked", async () => {
  await show(asking({ help: null, text: "You can't ask yourself." }));
  expect(await screen.findByText("You can't ask yourself.")).toBeVisible();
  expect(screen.queryByRole("link")).toBeNull();
});
