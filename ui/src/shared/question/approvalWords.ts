// What a call of a tool would do and why it is asked about, in words.

import type { Outside, ToolEffect, WhyAsked } from "@/bindings/bindings";
import { joined, readWords } from "../origin/originWords";

const ARGUMENTS: Record<string, string> = {
  path: "the path",
  url: "the address",
  program: "the program",
  arguments: "what the program is given",
  folder: "the folder",
};

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
  if (untrusted.length === 0) return sentences;
  const named = joined(
    untrusted.map(({ argument }) => ARGUMENTS[argument] ?? `“${argument.replaceAll("_", " ")}”`),
  );
  return [
    ...sentences,
    `The workflow has read ${readWords(originsOf(why))}, which may have chosen ${named}. You did not write it yourself.`,
  ];
}

/** What was read that may have chosen a value of the call, each once. */
export function originsOf(why: readonly WhyAsked[]): Outside[] {
  return [...new Set(why.flatMap((each) => (each.why === "untrusted" ? each.from : [])))];
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
