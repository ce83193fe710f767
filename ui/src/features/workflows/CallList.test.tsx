import { render, screen } from "@testing-library/react";
import type { CallView } from "@/bindings/bindings";
import { aSearchCall, aTask } from "@/test/fixtures";
import { CallList } from "./CallList";

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
])("what the operator answered is said to them: %s", (text, said) => {
  render(<CallList task={aTask()} calls={[asked(text)]} onCitation={() => {}} />);
  const [call] = screen.getAllByRole("listitem");
  expect(call).toHaveTextContent("Ask you: Which port?");
  expect(screen.getByText(said)).toBeVisible();
});
