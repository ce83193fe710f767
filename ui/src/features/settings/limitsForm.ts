/** What is set about the calls of a provider, as fields of text, and back. */
import type { ProviderLimits, ProviderView } from "@/bindings/bindings";

/** The fields as they are typed. */
export interface LimitFields {
  /** Calls at the same time; empty for what is usual. */
  parallel: string;
  /** A line for each model: its name, then its tokens. */
  windows: string;
}

export const NO_LIMITS: LimitFields = { parallel: "", windows: "" };

const MOST_PARALLEL = 64;
const FEWEST_TOKENS = 1_000;
const MOST_TOKENS = 100_000_000;

/** The fields that show what is set. */
export function limitFieldsOf({ limits }: Pick<ProviderView, "limits">): LimitFields {
  const lines = Object.entries(limits.windows ?? {}).map(([model, tokens]) => `${model} ${tokens}`);
  return { parallel: limits.parallel?.toString() ?? "", windows: lines.join("\n") };
}

/** What is wrong with the number of calls. */
export function parallelProblem(text: string): string | null {
  if (text.trim() === "") return null;
  const number = Number(text);
  const fits = Number.isInteger(number) && number >= 1 && number <= MOST_PARALLEL;
  return fits ? null : `Write a number from 1 to ${MOST_PARALLEL}, or leave it empty.`;
}

const linesOf = (text: string) =>
  text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");

function windowOf(line: string): [string, number] | null {
  const [, model, number] = /^(.+?)[\s:=]+([\d.,_]+)$/.exec(line) ?? [];
  if (model === undefined || number === undefined) return null;
  const tokens = Number(number.replaceAll(/[.,_]/g, ""));
  return tokens >= FEWEST_TOKENS && tokens <= MOST_TOKENS ? [model, tokens] : null;
}

/** What is wrong with the lines about models. */
export function windowsProblem(text: string): string | null {
  const wrong = linesOf(text).find((line) => windowOf(line) === null);
  if (wrong === undefined) return null;
  return `“${wrong}” is not a model and a number of tokens from ${FEWEST_TOKENS.toLocaleString()} on.`;
}

/** What the fields say. Only where nothing is wrong with them. */
export function limitsOf({ parallel, windows }: LimitFields): ProviderLimits {
  const known = linesOf(windows).flatMap((line) => {
    const read = windowOf(line);
    return read === null ? [] : [read];
  });
  return {
    parallel: parallel.trim() === "" ? null : Number(parallel),
    windows: Object.fromEntries(known),
  };
}
