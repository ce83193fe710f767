/**
 * What is written in a form, and the values that it stands for. A field holds text (or yes and no) until it is read,
 * so that nothing which is half written is lost or changed under the hands.
 *
 * The rules are the backend's, said here once more so that most slips are told before anything is sent; what the
 * backend says counts.
 */
import type { Field, TemplateProblem } from "@/bindings/bindings";
import { formatCount } from "../lib/format";

/** What is written in one field: text, or yes and no. A list is a text with one item in each line. */
export type Written = string | boolean;
/** What is written, by the name of the field. */
export type Draft = Readonly<Record<string, Written>>;
/** Values as the backend takes them. A field that was left empty is not in it. */
export type Values = Record<string, unknown>;
/** What is wrong, by the name of the field. */
export type Problems = Readonly<Record<string, string>>;

/** What stands in a form before somebody writes: what was given before, else the defaults. */
export function draftOf(fields: readonly Field[], given: unknown = null): Draft {
  const values = isObject(given) ? given : {};
  return Object.fromEntries(
    fields.map((field) => [field.name, writtenOf(field, values[field.name] ?? field.default)]),
  );
}

function writtenOf(field: Field, value: unknown): Written {
  if (field.type === "boolean") return value === true;
  if (Array.isArray(value)) return value.map(String).join("\n");
  if (typeof value === "string") return value;
  return typeof value === "number" ? String(value) : "";
}

/** What a draft stands for, and what is wrong with it: all of it at once. */
export function readDraft(
  fields: readonly Field[],
  draft: Draft,
): { values: Values; problems: Problems } {
  const values: Values = {};
  const problems: Record<string, string> = {};
  for (const field of fields) {
    const read = readField(field, draft[field.name] ?? "");
    if (read.problem !== undefined) problems[field.name] = read.problem;
    else if (read.value !== undefined) values[field.name] = read.value;
  }
  return { values, problems };
}

interface Read {
  value?: unknown;
  problem?: string;
}

function readField(field: Field, written: Written): Read {
  if (typeof written === "boolean") return { value: written };
  if (written.trim() === "") {
    const wanted = field.required && (field.default === undefined || field.default === null);
    return wanted ? { problem: `${MISSING[field.type]}.` } : {};
  }
  switch (field.type) {
    case "number":
    case "integer":
      return readNumber(field, written);
    case "list": {
      const items = itemsOf(written);
      return checked(items, sizeProblem(field, items.length, "item"));
    }
    case "choice": {
      const known = field.choices?.includes(written) ?? false;
      return checked(written, known ? undefined : "Choose one of the list.");
    }
    default:
      // Counted as the backend counts: by character, not by its halves.
      return checked(written, sizeProblem(field, [...written].length, "character"));
  }
}

const MISSING: Record<Field["type"], string> = {
  text: "Write something here",
  long_text: "Write something here",
  number: "Give a number",
  integer: "Give a whole number",
  boolean: "Say yes or no",
  choice: "Choose one",
  list: "Write at least one line",
};

const checked = (value: unknown, problem: string | undefined): Read =>
  problem === undefined ? { value } : { problem };

/** The items of a list: its lines, without those that are empty. */
function itemsOf(written: string): string[] {
  return written
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
}

function readNumber(field: Field, written: string): Read {
  const value = Number(written.trim().replace(",", "."));
  if (!Number.isFinite(value)) return { problem: "This is no number." };
  if (field.type === "integer" && !Number.isInteger(value)) {
    return { problem: "Only whole numbers are taken." };
  }
  const { min, max } = field;
  const below = min !== null && min !== undefined && value < min;
  const above = max !== null && max !== undefined && value > max;
  return below || above ? { problem: `${rangeWords(field)}.` } : { value };
}

function sizeProblem(field: Field, size: number, one: string): string | undefined {
  const { min, max } = field;
  if (min !== null && min !== undefined && size < min) {
    return `Give at least ${formatCount(min)} ${one}s.`;
  }
  if (max !== null && max !== undefined && size > max) {
    return `Give at most ${formatCount(max)} ${one}s. This is ${formatCount(size - max)} too many.`;
  }
  return undefined;
}

/** The limits of a number in words: `From 1 to 9`; empty without limits. */
export function rangeWords({ min, max }: Field): string {
  const low = min ?? null;
  const high = max ?? null;
  if (low !== null && high !== null) return `From ${formatCount(low)} to ${formatCount(high)}`;
  if (low !== null) return `${formatCount(low)} or more`;
  return high === null ? "" : `${formatCount(high)} or less`;
}

/** Problems of the backend by field; what belongs to no field of the form is told apart. */
export function problemsByField(
  fields: readonly Field[],
  found: readonly TemplateProblem[],
): { problems: Problems; rest: TemplateProblem[] } {
  const names = new Set(fields.map((field) => field.name));
  const problems: Record<string, string> = {};
  const rest: TemplateProblem[] = [];
  for (const problem of found) {
    if (names.has(problem.field))
      problems[problem.field] ??= `${problem.message} ${problem.next_step}`;
    else rest.push(problem);
  }
  return { problems, rest };
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
