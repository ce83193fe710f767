import { isString, keep, readKept } from "./keep";

const DRAFT = "home.draft";

/** The task that stands in the composer of a new workflow and was not run yet. */
export const homeDraft = (): string | undefined => readKept(DRAFT, isString);

/** Puts a task into the composer, ready to be changed or run. Empty forgets it. */
export const keepHomeDraft = (task: string): void => keep(DRAFT, task === "" ? undefined : task);
