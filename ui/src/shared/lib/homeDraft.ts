import { keep, readKept } from "./keep";

const DRAFT = "home.draft";

/** A task that stands in the composer of a new workflow and was not run yet. */
export interface HomeDraft {
  task: string;
  /** The message that it was made of, where an agent said any of it. Then it does not count as the operator's words. */
  madeOf: string | null;
}

const isDraft = (value: unknown): value is HomeDraft => {
  const draft = value as Partial<HomeDraft> | null;
  return (
    typeof draft === "object" &&
    typeof draft?.task === "string" &&
    (draft.madeOf === null || typeof draft.madeOf === "string")
  );
};

/** What stands there. */
export const homeDraft = (): HomeDraft | undefined => readKept(DRAFT, isDraft);

/** Puts a task into the composer, ready to be changed or run. Empty forgets it. */
export const keepHomeDraft = (draft: HomeDraft): void =>
  keep(DRAFT, draft.task === "" ? undefined : draft);
