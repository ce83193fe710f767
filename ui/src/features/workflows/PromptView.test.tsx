import { render, screen } from "@testing-library/react";
import { expect, it } from "vitest";
import type { ModelMessage } from "@/bindings/bindings";
import { PromptView } from "./PromptView";

it("shows what was asked, what was called and what each tool gave", () => {
  const messages: ModelMessage[] = [
    { from: "user", text: "What do three cost?" },
    {
      from: "assistant",
      text: "",
      tool_calls: [
        { call_id: "a", tool: "calculator", arguments: { expression: "3 * 19.99" } },
        { call_id: "b", tool: "date", arguments: { operation: "never" } },
      ],
    },
    {
      from: "tool",
      call_id: "a",
      tool: "calculator",
      response: {
        gave: "done",
        tool: "calculator",
        text: "3 * 19.99 = 59.97",
        data: { value: "59.97" },
        untrusted: false,
      },
    },
    {
      from: "tool",
      call_id: "b",
      tool: "date",
      response: { gave: "refused", reason: "There is no such operation." },
    },
  ];
  render(<PromptView messages={messages} />);
  const turns = screen.getAllByRole("listitem");
  expect(turns).toHaveLength(4);
  expect(turns[1]).toHaveTextContent('→ calculator {"expression":"3 * 19.99"}');
  expect(turns[2]).toHaveTextContent("3 * 19.99 = 59.97");
  expect(turns[3]).toHaveTextContent("Refused: There is no such operation.");
});
