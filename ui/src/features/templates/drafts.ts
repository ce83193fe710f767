// What is being written and not kept yet: texts of templates and values for their runs. It outlives the screen and a
// reload, so that nothing typed is lost.

import type { Draft } from "@/shared/form/values";
import { isNumber, isString, keep, readKept } from "@/shared/lib/keep";

/** A template's text under change, and the version that it began from. */
export interface TextDraft {
  text: string;
  base: number;
}

const isTextDraft = (value: unknown): value is TextDraft => {
  const draft = value as Partial<TextDraft> | null;
  return typeof draft === "object" && isString(draft?.text) && isNumber(draft.base);
};

export const readTextDraft = (uid: string): TextDraft | undefined =>
  readKept(`template.text.${uid}`, isTextDraft);

/** `undefined` forgets it. */
export const keepTextDraft = (uid: string, draft: TextDraft | undefined): void =>
  keep(`template.text.${uid}`, draft);

const isDraft = (value: unknown): value is Draft =>
  typeof value === "object" &&
  value !== null &&
  Object.values(value).every((each) => isString(each) || typeof each === "boolean");

export const readRunDraft = (uid: string): Draft | undefined =>
  readKept(`template.run.${uid}`, isDraft, sessionStorage);

/** `undefined` forgets it. */
export const keepRunDraft = (uid: string, draft: Draft | undefined): void =>
  keep(`template.run.${uid}`, draft, sessionStorage);
