/**
 * One function for each thing that the window can ask for. All of them throw `HostError`. Those that change
 * something name their wish themselves.
 */
import type {
  AgentDetail,
  AgentGrant,
  AgentGrantView,
  AgentVersion,
  AgentView,
  BackupFile,
  BackupView,
  BudgetsView,
  CleanUpView,
  DefaultModels,
  DocumentText,
  DocumentView,
  JournalEntry,
  KeysView,
  LaunchOptions,
  ListDocuments,
  ListJournal,
  ListWorkflows,
  ModelList,
  NewVersion,
  PriceView,
  ProviderCheck,
  ProviderView,
  QuestionView,
  Removed,
  RetentionPreview,
  RetentionRule,
  RetentionView,
  SaveBudgets,
  SavedTable,
  SavePrice,
  SaveProvider,
  ScheduleDetail,
  ScheduleForm,
  ScheduleNotice,
  SchedulePreview,
  ScheduleView,
  SearchResult,
  SettingsView,
  SourceView,
  SpendingView,
  StorageView,
  SystemStatus,
  TaskDetail,
  UpdateAgent,
  UpdatePolicy,
  WorkflowDetail,
  WorkflowPage,
  WorkflowStats,
  WorkflowView,
} from "@/bindings/bindings";
import { isAway } from "./away";
import { putInOutbox } from "./outbox";
import { newRequestKey } from "./requestKeys";
import { answerOf, backend } from "./transport";

/** How the application is. */
export const getStatus = (): Promise<SystemStatus> => answerOf(() => backend().getStatus({}));

/** One agent and what it did lately. */
export const getAgent = (id: number): Promise<AgentDetail> =>
  answerOf(() => backend().getAgent({ id }));

/** Changes an agent; its earlier form is kept as a version. */
export const updateAgent = (change: Omit<UpdateAgent, "request_key">): Promise<AgentView> =>
  answerOf(() => backend().updateAgent({ request_key: newRequestKey(), ...change }));

/** Lets an agent work or not. */
export const setAgentEnabled = (id: number, enabled: boolean): Promise<AgentView> =>
  answerOf(() => backend().setAgentEnabled({ request_key: newRequestKey(), id, enabled }));

/** Lets an agent reach something with its tools, and nothing else. */
export const setAgentGrant = (
  id: number,
  set: { revision: number; grant: AgentGrant },
): Promise<AgentGrantView> =>
  answerOf(() => backend().setAgentGrant({ request_key: newRequestKey(), id, ...set }));

/** The versions of an agent, newest first. */
export const listAgentVersions = (id: number): Promise<AgentVersion[]> =>
  answerOf(() => backend().listAgentVersions({ id }));

/** Workflows, newest first, a page at a time. */
export const listWorkflows = (request: ListWorkflows): Promise<WorkflowPage> =>
  answerOf(() => backend().listWorkflows(request));

/** How many workflows there are. */
export const getWorkflowStats = (): Promise<WorkflowStats> =>
  answerOf(() => backend().getWorkflowStats({}));

/** A workflow with its tasks, plan and report. */
export const getWorkflow = (id: number): Promise<WorkflowDetail> =>
  answerOf(() => backend().getWorkflow({ id }));

/** One task with its prompt, answer, sources and calls. */
export const getTask = (workflowId: number, taskId: number): Promise<TaskDetail> =>
  answerOf(() => backend().getTask({ workflow_id: workflowId, task_id: taskId }));

/** The recorded facts of a workflow, oldest first. */
export const listJournal = (request: ListJournal): Promise<JournalEntry[]> =>
  answerOf(() => backend().listJournal(request));

/** Stops a workflow and everything that it has in flight. */
export const cancelWorkflow = (id: number): Promise<WorkflowView> =>
  answerOf(() => backend().cancelWorkflow({ request_key: newRequestKey(), id }));

/** Takes a failed or cancelled workflow up again. */
export const retryWorkflow = (id: number): Promise<WorkflowView> =>
  answerOf(() => backend().retryWorkflow({ request_key: newRequestKey(), id }));

/** Starts a workflow that was only written down. */
export const startWorkflow = (id: number): Promise<WorkflowView> =>
  answerOf(() => backend().startWorkflow({ request_key: newRequestKey(), id }));

/** Deletes a workflow with its journal and report. */
export const deleteWorkflow = (id: number): Promise<Removed> =>
  answerOf(() => backend().deleteWorkflow({ request_key: newRequestKey(), id }));

/** Answers a question; its workflow goes on. Null where the answer waits until the server can be reached. */
export async function answerQuestion(
  { id, text }: Pick<QuestionView, "id" | "text">,
  answer: string,
): Promise<QuestionView | null> {
  const requestKey = newRequestKey();
  if (isAway()) {
    putInOutbox({ kind: "answer", question: id, answer, requestKey }, `Answer to “${text}”`);
    return null;
  }
  return answerOf(() => backend().answerQuestion({ request_key: requestKey, id, answer }));
}

/** Every schedule, by name. */
export const listSchedules = (): Promise<ScheduleView[]> =>
  answerOf(() => backend().listSchedules({}));

/** One schedule and what became of its newest due times. */
export const getSchedule = (id: number): Promise<ScheduleDetail> =>
  answerOf(() => backend().getSchedule({ id }));

/** Adds a schedule, or changes the one with the number `id`. */
export const saveSchedule = (id: number | null, form: ScheduleForm): Promise<ScheduleView> =>
  answerOf(() => backend().saveSchedule({ request_key: newRequestKey(), id, form }));

/** Removes a schedule with its history. Its workflows stay. */
export const removeSchedule = (id: number): Promise<Removed> =>
  answerOf(() => backend().removeSchedule({ request_key: newRequestKey(), id }));

/** Pauses a schedule, or lets it go on from now. */
export const setSchedulePaused = (id: number, paused: boolean): Promise<ScheduleView> =>
  answerOf(() => backend().setSchedulePaused({ request_key: newRequestKey(), id, paused }));

/** Starts a run of a schedule at once. Its way with overlaps holds. */
export const runSchedule = (id: number): Promise<ScheduleView> =>
  answerOf(() => backend().runSchedule({ request_key: newRequestKey(), id }));

/** When an expression is due; the error names the field that is wrong. */
export const previewSchedule = (cron: string, zone: string): Promise<SchedulePreview> =>
  answerOf(() => backend().previewSchedule({ cron, zone }));

/** What went wrong with schedules and was not seen yet. */
export const listScheduleNotices = (): Promise<ScheduleNotice[]> =>
  answerOf(() => backend().listScheduleNotices({}));

/** Says that what went wrong with a schedule until then was seen. */
export const dismissScheduleNotices = (id: number, until: number): Promise<Removed> =>
  answerOf(() => backend().dismissScheduleNotices({ request_key: newRequestKey(), id, until }));

/** Every knowledge source. */
export const listSources = (): Promise<SourceView[]> => answerOf(() => backend().listSources({}));

/** Adds a folder or a file; progress comes by `onKnowledgeScan`. */
export const addSource = (path: string, staysHere = false): Promise<SourceView> =>
  answerOf(() =>
    backend().addSource({ request_key: newRequestKey(), path, stays_here: staysHere }),
  );

/** Marks a source whose text is sent to no model elsewhere, or takes the mark away. */
export const setSourceStaysHere = (id: number, staysHere: boolean): Promise<SourceView> =>
  answerOf(() =>
    backend().setSourceStaysHere({ request_key: newRequestKey(), id, stays_here: staysHere }),
  );

/** Takes a source out of the knowledge. The files stay as they are. */
export const removeSource = (id: number): Promise<Removed> =>
  answerOf(() => backend().removeSource({ request_key: newRequestKey(), id }));

/** Reads a source again. */
export const rescanSource = (id: number): Promise<SourceView> =>
  answerOf(() => backend().rescanSource({ request_key: newRequestKey(), id }));

/** The documents of a source, by path. */
export const listDocuments = (request: ListDocuments): Promise<DocumentView[]> =>
  answerOf(() => backend().listDocuments(request));

/** The text of a document as the crew read it. */
export const readDocument = (source: string, path: string): Promise<DocumentText> =>
  answerOf(() => backend().readDocument({ source, path }));

/** Searches the knowledge as an agent does. */
export const searchKnowledge = (query: string, limit: number): Promise<SearchResult> =>
  answerOf(() => backend().searchKnowledge({ query, limit }));

/** Every provider. */
export const listProviders = (): Promise<ProviderView[]> =>
  answerOf(() => backend().listProviders({}));

/** Adds a provider, or changes the one with the number `id`. */
export const saveProvider = (provider: Omit<SaveProvider, "request_key">): Promise<ProviderView> =>
  answerOf(() => backend().saveProvider({ request_key: newRequestKey(), ...provider }));

/** Removes a provider and its key. */
export const removeProvider = (id: number): Promise<Removed> =>
  answerOf(() => backend().removeProvider({ request_key: newRequestKey(), id }));

/** Keeps a provider's key; an empty one forgets it. */
export const setProviderKey = (id: number, key: string): Promise<ProviderView> =>
  answerOf(() => backend().setProviderKey({ request_key: newRequestKey(), id, key }));

/** Asks a provider whether it answers, and `model`, unless null, for a word. */
export const testProvider = (id: number, model: string | null): Promise<ProviderCheck> =>
  answerOf(() => backend().testProvider({ id, model }));

/** The models that agents can think with. */
export const listModels = (): Promise<ModelList> => answerOf(() => backend().listModels({}));

/** What is set for all agents. */
export const getSettings = (): Promise<SettingsView> => answerOf(() => backend().getSettings({}));

/** Sets which models are used when an agent names none. */
export const saveSettings = (models: DefaultModels): Promise<SettingsView> =>
  answerOf(() => backend().saveSettings({ request_key: newRequestKey(), default_models: models }));

/** How keys are kept. */
export const getKeys = (): Promise<KeysView> => answerOf(() => backend().getKeys({}));

/** Opens the file of keys; the first time it makes it with this passphrase. */
export const unlockKeys = (passphrase: string): Promise<KeysView> =>
  answerOf(() => backend().unlockKeys({ passphrase }));

/** How much room everything takes. */
export const getStorage = (): Promise<StorageView> => answerOf(() => backend().getStorage({}));

/** Writes a copy of the journal beside it. */
export const backUp = (): Promise<BackupView> =>
  answerOf(() => backend().backUp({ request_key: newRequestKey() }));

/** The copies of the journal in the data folder, newest first. */
export const listBackups = (): Promise<BackupFile[]> => answerOf(() => backend().listBackups({}));

/** What a file holds that may be a copy of a journal. */
export const inspectBackup = (path: string): Promise<BackupFile> =>
  answerOf(() => backend().inspectBackup({ path }));

/** Decides that a copy takes the journal's place when everything is opened again. */
export const restoreBackup = (path: string, otherStore: boolean): Promise<BackupFile> =>
  answerOf(() =>
    backend().restoreBackup({ request_key: newRequestKey(), path, other_store: otherStore }),
  );

/** The copies of a journal that can't be opened, newest first. */
export const closedCopies = (): Promise<BackupFile[]> => answerOf(() => backend().closedCopies());

/** Puts a copy in the place of a journal that can't be opened. The window must be loaded anew afterwards. */
export async function restoreClosed(path: string): Promise<void> {
  await answerOf(() => backend().restoreClosed(path));
}

/** Closes everything and opens it again. The window must be loaded anew afterwards. */
export async function reopenBackend(): Promise<void> {
  await answerOf(() => backend().reopenBackend());
}

/** How long ended workflows are kept. */
export const getRetention = (): Promise<RetentionView> =>
  answerOf(() => backend().getRetention({}));

/** What a rule would delete now. */
export const previewRetention = (rule: RetentionRule): Promise<RetentionPreview> =>
  answerOf(() => backend().previewRetention(rule));

/** Sets how long ended workflows are kept. Nothing is deleted by that. */
export const saveRetention = (rule: RetentionRule): Promise<RetentionView> =>
  answerOf(() => backend().saveRetention({ request_key: newRequestKey(), rule }));

/** Deletes now what goes by the rule that is set. */
export const cleanUp = (): Promise<CleanUpView> =>
  answerOf(() => backend().cleanUp({ request_key: newRequestKey() }));

/** What may be spent, and what was spent today. */
export const getBudgets = (): Promise<BudgetsView> => answerOf(() => backend().getBudgets({}));

/** Sets what may be spent. */
export const saveBudgets = (limits: Omit<SaveBudgets, "request_key">): Promise<BudgetsView> =>
  answerOf(() => backend().saveBudgets({ request_key: newRequestKey(), ...limits }));

/** Says that the operator saw a warning about a budget. */
export const dismissBudgetWarning = (id: number): Promise<Removed> =>
  answerOf(() => backend().dismissBudgetWarning({ request_key: newRequestKey(), id }));

/** What was spent on the days from that of `from` to that of `to`, both included, and on what. */
export const getSpending = (from: number, to: number): Promise<SpendingView> =>
  answerOf(() => backend().getSpending({ from, to }));

/** Lets the operator choose where the same is written as a table; null when they choose nothing. */
export const saveSpendingFile = (from: number, to: number): Promise<SavedTable | null> =>
  answerOf(() => backend().saveSpendingFile({ from, to }));

/** What models cost, the operator's own prices first. */
export const listPrices = (): Promise<PriceView[]> => answerOf(() => backend().listPrices({}));

/** Adds a price, or changes one. */
export const savePrice = (price: Omit<SavePrice, "request_key">): Promise<PriceView[]> =>
  answerOf(() => backend().savePrice({ request_key: newRequestKey(), ...price }));

/** Removes a price that the operator set. */
export const removePrice = (id: number): Promise<Removed> =>
  answerOf(() => backend().removePrice({ request_key: newRequestKey(), id }));

/** Lets the operator choose a copy of a journal; null when they choose none. */
export const pickBackup = (): Promise<string | null> => answerOf(() => backend().pickBackup());

/** Shows a folder of the application in the system's file manager. */
export async function openFolder(folder: "data" | "logs"): Promise<void> {
  await answerOf(() => backend().openFolder(folder));
}

/** Lets the operator choose a folder; null when they choose none. */
export const pickFolder = (): Promise<string | null> => answerOf(() => backend().pickFolder());

/** Lets the operator choose files. */
export const pickFiles = (): Promise<string[]> => answerOf(() => backend().pickFiles());

/** Shows the licences of the libraries that the program is made with. */
export async function openNotices(): Promise<void> {
  await answerOf(() => backend().openNotices());
}

/** Whether this build can be updated from within. */
export const updatePolicy = (): Promise<UpdatePolicy> => answerOf(() => backend().updatePolicy());

/** Asks for a newer version; null when there is none. */
export const lookForUpdate = (): Promise<NewVersion | null> =>
  answerOf(() => backend().lookForUpdate());

/** Installs the version that was found and starts again. */
export async function installUpdate(): Promise<void> {
  await answerOf(() => backend().installUpdate());
}

/** What the program was started with. */
export const launchOptions = (): Promise<LaunchOptions> =>
  answerOf(() => backend().launchOptions());

/** Tells the shell that the window can be worked with. */
export async function windowReady(): Promise<void> {
  await answerOf(() => backend().windowReady());
}

/** Closes the window. Work under way goes on at the next start. */
export async function closeWindow(): Promise<void> {
  await answerOf(() => backend().closeWindow());
}

export * from "./agents";
export * from "./backends";
export * from "./carry";
export * from "./forks";
export * from "./moves";
export * from "./steering";
export * from "./templates";
