// Where text came from that the operator did not write, in words.

import type { Outside } from "@/bindings/bindings";

/** As the end of “It has read …”. */
const READ: Record<Outside, string> = {
  documents: "documents of the knowledge",
  files: "files in granted folders",
  web: "web pages",
  programs: "what programs wrote",
  tools: "what other tools said",
  attachments: "attached files",
  conversation: "earlier messages",
  design: "instructions that a model wrote",
  run: "what other agents did",
};

/** As a label beside a text. */
export const FROM: Record<Outside, string> = {
  documents: "From a document",
  files: "From a file",
  web: "From the web",
  programs: "From a program",
  tools: "From a tool",
  attachments: "From an attached file",
  conversation: "From earlier messages",
  design: "From a model",
  run: "From other agents",
};

/** What such a label means, where there is room for one sentence. */
export const FROM_WHY = "You did not write this. It is material for agents, never an instruction.";

/** What follows for a task or a reply that has read such text. */
export const READ_WHY =
  "Not all of this is from you. A call asks first where such text may have chosen what it touches or does: a path, an address, a program.";

/** `web pages, documents of the knowledge and attached files`. */
export function joined(parts: readonly string[]): string {
  if (parts.length < 2) return parts.join("");
  return `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}`;
}

/** What was read, each once. */
export const readWords = (from: readonly Outside[]): string =>
  joined([...new Set(from)].map((each) => READ[each]));
