// The exchange with a model, turn by turn, as it was sent.

import type { ModelMessage } from "@/bindings/bindings";
import { plural } from "@/shared/lib/format";

const WHO = { user: "Wheelhouse", assistant: "Model", tool: "Tool" } as const;

/** What a turn says, in full. */
function wordsOf(message: ModelMessage): string {
  if (message.from === "user") return message.text;
  if (message.from === "assistant") {
    const calls = message.tool_calls.map(
      (call) => `→ ${call.tool} ${JSON.stringify(call.arguments)}`,
    );
    return [message.text, ...calls].filter(Boolean).join("\n");
  }
  const { response } = message;
  if (response.gave === "refused") return `Refused: ${response.reason}`;
  if (response.gave === "done") return response.text;
  const head = `${plural(response.passages.length, "passage")} from ${plural(response.documents, "document")} for “${response.query}”`;
  const texts = response.passages.map((passage) => `[${passage.label}] ${passage.text.trim()}`);
  return [head, ...texts].join("\n\n");
}

/** Every turn of the newest exchange. */
export function PromptView({ messages }: { messages: readonly ModelMessage[] }) {
  return (
    <ol className="flex flex-col gap-3">
      {messages.map((message, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: turns have nothing but their place, and only ever grow at the end.
        <li key={index}>
          <p className="text-note text-ink-3">{WHO[message.from]}</p>
          <p className="break-words whitespace-pre-wrap text-ink">{wordsOf(message)}</p>
        </li>
      ))}
    </ol>
  );
}
