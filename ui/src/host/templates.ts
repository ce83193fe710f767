/** Templates: what can be asked for, changed and run. All functions throw `HostError`. */
import type {
  SavedTemplate,
  TemplateChange,
  TemplateCheck,
  TemplateDetail,
  TemplateFile,
  TemplateVersionView,
  TemplateView,
  WorkflowView,
} from "@/bindings/bindings";
import { isAway } from "./away";
import { putInOutbox } from "./outbox";
import { newRequestKey } from "./requestKeys";
import { answerOf, backend } from "./transport";

/** The templates, those that come with the program first. */
export const listTemplates = (): Promise<TemplateView[]> =>
  answerOf(() => backend().listTemplates({ removed: false }));

/** A template with its document, at its newest version unless another is named. */
export const getTemplate = (uid: string, version: number | null = null): Promise<TemplateDetail> =>
  answerOf(() => backend().getTemplate({ uid, version }));

/** The versions of a template, newest first. */
export const listTemplateVersions = (uid: string): Promise<TemplateVersionView[]> =>
  answerOf(() => backend().listTemplateVersions({ uid }));

/** How two versions of a template differ. */
export const compareTemplateVersions = (
  uid: string,
  from: number,
  to: number,
): Promise<TemplateChange[]> =>
  answerOf(() => backend().compareTemplateVersions({ uid, from, to }));

/** What is wrong with the text of a template, all of it. */
export const checkTemplate = (text: string): Promise<TemplateCheck> =>
  answerOf(() => backend().checkTemplate({ text }));

/** What is wrong with the values for a template's inputs, all of it. */
export const checkInputs = (uid: string, inputs: unknown): Promise<TemplateCheck> =>
  answerOf(() => backend().checkInputs({ uid, version: null, inputs }));

/** Keeps a text as the version after `expectedVersion`. */
export const saveTemplate = (text: string, expectedVersion: number): Promise<TemplateView> =>
  answerOf(() =>
    backend().saveTemplate({
      request_key: newRequestKey(),
      text,
      expected_version: expectedVersion,
    }),
  );

/** Makes a template of the operator's own from another. */
export const duplicateTemplate = (uid: string): Promise<TemplateView> =>
  answerOf(() => backend().duplicateTemplate({ request_key: newRequestKey(), uid, version: null }));

/** Takes a template out of the list; `restoreTemplate` puts it back. */
export async function removeTemplate(uid: string): Promise<void> {
  await answerOf(() => backend().removeTemplate({ request_key: newRequestKey(), uid }));
}

/** Puts a template back that was taken out of the list. */
export const restoreTemplate = (uid: string): Promise<TemplateView> =>
  answerOf(() => backend().restoreTemplate({ request_key: newRequestKey(), uid }));

/** A template as a file to share. */
export const exportTemplate = (uid: string): Promise<TemplateFile> =>
  answerOf(() => backend().exportTemplate({ uid, version: null }));

/** Lets the operator choose a file, and writes the template into it; null when they choose none. */
export const saveTemplateFile = (uid: string, name: string): Promise<SavedTemplate | null> =>
  answerOf(() => backend().saveTemplateFile({ uid, version: null }, name));

/** Lets the operator choose a template's file, and reads it; null when they choose none. */
export const openTemplateFile = (): Promise<TemplateFile | null> =>
  answerOf(() => backend().openTemplateFile());

/** Takes in the text of a template's file. */
export const importTemplate = (text: string): Promise<TemplateView> =>
  answerOf(() => backend().importTemplate({ request_key: newRequestKey(), text }));

/** Whether templates are run later because the server can't be reached: their values are checked then. */
export const runsLater = (): boolean => isAway();

/**
 * Makes a workflow of a template and starts it. The same `requestKey` is the same wish. Null where it waits until the
 * server can be reached.
 */
export async function runTemplate(
  { uid, title }: Pick<TemplateView, "uid" | "title">,
  inputs: unknown,
  requestKey: string,
): Promise<WorkflowView | null> {
  if (isAway()) {
    putInOutbox({ kind: "template", uid, inputs, requestKey }, `Run “${title}”`);
    return null;
  }
  return answerOf(() =>
    backend().runTemplate({
      request_key: requestKey,
      uid,
      version: null,
      inputs,
      name: "",
      start: true,
    }),
  );
}
