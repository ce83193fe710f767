// What a call of a tool would do, why it is asked about, and what was read before, in words.

import type { Outside, ToolEffect, WhyAsked } from "@/bindings/bindings";

/** Where text came from, as the end of “It has read …”. */
const OUTSIDE: Record<Outside, string> = {
  documents: "documents of the knowledge",
  files: "files in granted folders",
  web: "web pages",
  programs: "what programs wrote",
  tools: "what other tools said",
  attachments: "attached files",
  conversation: "earlier messages",
  design: "instructions that a model wrote",
  run: "results of another workflow",
};

const ARGUMENTS: Record<string, string> = {
  path: "the path",
  url: "the address",
  program: "the program",
  arguments: "what the program is given",
  folder: "the folder",
};

/** `web pages, documents of the knowledge and attached files`. */
function joined(parts: readonly string[]): string {
  if (parts.length < 2) return parts.join("");
  return `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}`;
}

/** What was read that the operator did not write, as the end of “It has read …”. */
export function readWords(from: readonly Outside[]): string {
  return joined([...new Set(from)].map((each) => OUTSIDE[each]));
}

/** Why the operator is asked, one sentence each. What was read is said once. */
export function reasons(why: readonly WhyAsked[]): string[] {
  const sentences = why
    .filter((each) => each.why !== "untrusted")
    .map((each) =>
      each.why === "stays_here"
        ? "This workflow holds text that stays on this machine, and the folder is not marked so."
        : "You have not allowed this agent to do this unasked.",
    );
  const untrusted = why.filter((each) => each.why === "untrusted");
  const from = untrusted.flatMap((each) => each.from);
  if (untrusted.length === 0) return sentences;
  const named = joined(
    untrusted.map(({ argument }) => ARGUMENTS[argument] ?? `“${argument.replaceAll("_", " ")}”`),
  );
  return [
    ...sentences,
    `The workflow has read ${readWords(from)}, which may have chosen ${named}. You did not write it yourself.`,
  ];
}

/** One line of a unified diff. */
export interface ShownLine {
  kind: "added" | "removed" | "same" | "place";
  text: string;
}

/** The lines of a unified diff without its head: the file is named above it. */
export function linesOf(diff: string): ShownLine[] {
  const lines = diff.split("\n");
  if (lines.at(-1) === "") lines.pop();
  const first = lines.findIndex((line) => line.startsWith("@@"));
  return lines.slice(Math.max(first, 0)).map((line) => {
    const text = line.slice(1);
    if (line.startsWith("@@")) return { kind: "place", text: placeOf(line) };
    if (line.startsWith("+")) return { kind: "added", text };
    if (line.startsWith("-")) return { kind: "removed", text };
    if (line.startsWith("\\")) return { kind: "place", text: line.slice(2) };
    return { kind: "same", text };
  });
}

/** `@@ -12,3 +14,4 @@` as `Line 14`. */
function placeOf(line: string): string {
  const at = /\+(\d+)/.exec(line)?.[1];
  return at === undefined || at === "0" ? "The whole file" : `Line ${at}`;
}

type Run = Extract<ToolEffect, { effect: "run" }>;

/** What holds for a run of a program, one sentence each. */
export function limitsOf({ limits, network, confined }: Run): string[] {
  return [
    `It is ended after ${limits.seconds ?? 0} s. Each process may use ${(limits.memory_mib ?? 0).toLocaleString("en")} MiB of memory.`,
    confined
      ? network
        ? "It sees its folders only, and may open connections."
        : "It sees its folders only, and opens no connections."
      : "This machine can't keep it to its folders or from the network: it can read whatever you can.",
  ];
}
