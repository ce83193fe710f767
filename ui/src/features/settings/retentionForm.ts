/** The rule for ended workflows as fields of text, and back. An empty field is no bound. */
import type { RetentionRule } from "@/bindings/bindings";

export type Bound = keyof RetentionRule;
export type RetentionForm = Record<Bound, string>;

/** The bounds in the order of the form. */
export const BOUNDS: readonly { bound: Bound; label: string; most: number }[] = [
  { bound: "max_age_days", label: "Days to keep", most: 36_500 },
  { bound: "max_workflows", label: "Workflows to keep", most: 1_000_000 },
  { bound: "max_megabytes", label: "Megabytes at most", most: 1_000_000 },
];

/** The fields that show a rule. */
export function formOf(rule: RetentionRule): RetentionForm {
  return {
    max_age_days: rule.max_age_days?.toString() ?? "",
    max_workflows: rule.max_workflows?.toString() ?? "",
    max_megabytes: rule.max_megabytes?.toString() ?? "",
  };
}

/** What is wrong with a field; null when nothing is. */
export function problemOf(text: string, most: number): string | null {
  const trimmed = text.trim();
  if (trimmed === "") return null;
  const fits = /^\d+$/.test(trimmed) && Number(trimmed) >= 1 && Number(trimmed) <= most;
  return fits ? null : `Use a whole number from 1 to ${most.toLocaleString()}, or leave it empty.`;
}

/** The rule that the fields say; null while one of them can't be read. */
export function ruleOf(form: RetentionForm): RetentionRule | null {
  if (BOUNDS.some(({ bound, most }) => problemOf(form[bound], most) !== null)) return null;
  const value = (bound: Bound) => (form[bound].trim() === "" ? null : Number(form[bound]));
  return {
    max_age_days: value("max_age_days"),
    max_workflows: value("max_workflows"),
    max_megabytes: value("max_megabytes"),
  };
}

/** Whether a rule keeps everything. */
export function isOff(rule: RetentionRule): boolean {
  return BOUNDS.every(({ bound }) => rule[bound] === null);
}

/** Whether two rules say the same. */
export function isSame(a: RetentionRule, b: RetentionRule): boolean {
  return BOUNDS.every(({ bound }) => a[bound] === b[bound]);
}
