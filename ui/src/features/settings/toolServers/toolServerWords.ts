/** How a tool server is told of in words. */
import type {
  ServedTool,
  ToolServerContents,
  ToolServerView,
  ToolState,
} from "@/bindings/bindings";
import { formatFinishedDuration, plural } from "@/shared/lib/format";

/** What it is given in secret. */
export function givenWords({ given, place }: ToolServerView): string | null {
  if (given.length === 0) return null;
  const names = given.map(({ name, is_set }) => (is_set ? name : `${name} (no value yet)`));
  const what = place.kind === "program" ? "variable" : "header";
  return `${given.length === 1 ? `The ${what}` : `The ${what}s`} ${names.join(", ")}`;
}

/** What a test found. */
export function foundWords(contents: ToolServerContents): string {
  const { name, version, latency_ms, tools, resources, prompts } = contents;
  const who = [name, version].filter((word) => word !== "").join(" ") || "It";
  const found = [
    plural(tools.length, "tool"),
    ...(resources.length === 0 ? [] : [plural(resources.length, "resource")]),
    ...(prompts.length === 0 ? [] : [plural(prompts.length, "prompt")]),
  ];
  return `${who} answered in ${formatFinishedDuration(latency_ms)}. ${found.join(", ")}.`;
}

/** How a tool stands. */
export const TOOL_STATES: Record<ToolState, { words: string; colour: string }> = {
  new: { words: "Not allowed", colour: "text-ink-3" },
  allowed: { words: "Allowed", colour: "text-ok" },
  changed: { words: "Changed since you allowed it", colour: "text-bad" },
};

/** What the operator should know of a definition before allowing it. */
export function warningOf({ hidden_characters }: ServedTool): string | null {
  if (hidden_characters === 0) return null;
  const some = plural(hidden_characters, "character");
  return `Its definition has ${some} that you can't see and a model can.`;
}

/** A name as tools are called by: lower-case letters, digits and `-`. */
export function toServerName(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]+/g, "-")
    .slice(0, 24);
}
