/**
 * One function for each thing that the window can ask for. All of them throw `HostError`. Those that change
 * something name their wish themselves.
 */
import type {
  AgentDetail,
  DocumentText,
  DocumentView,
  JournalEntry,
  LaunchOptions,
  ListDocuments,
  ListJournal,
  ListWorkflows,
  QuestionView,
  Removed,
  SearchResult,
  SourceView,
  SystemStatus,
  TaskDetail,
  WorkflowDetail,
  WorkflowPage,
  WorkflowStats,
  WorkflowView,
} from "@/bindings/bindings";
import { newRequestKey } from "./requestKeys";
import { answerOf, backend } from "./transport";

/** How the application is. */
export const getStatus = (): Promise<SystemStatus> => answerOf(() => backend().getStatus({}));

/** One agent and what it did lately. */
export const getAgent = (id: number): Promise<AgentDetail> =>
  answerOf(() => backend().getAgent({ id }));

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

/** Answers a question; its workflow goes on. */
export const answerQuestion = (id: number, answer: string): Promise<QuestionView> =>
  answerOf(() => backend().answerQuestion({ request_key: newRequestKey(), id, answer }));

/** Every knowledge source. */
export const listSources = (): Promise<SourceView[]> => answerOf(() => backend().listSources({}));

/** Adds a folder or a file; progress comes by `onKnowledgeScan`. */
export const addSource = (path: string): Promise<SourceView> =>
  answerOf(() => backend().addSource({ request_key: newRequestKey(), path }));

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

/** Lets the operator choose a folder; null when they choose none. */
export const pickFolder = (): Promise<string | null> => answerOf(() => backend().pickFolder());

/** Lets the operator choose files. */
export const pickFiles = (): Promise<string[]> => answerOf(() => backend().pickFiles());

/** What the program was started with. */
export const launchOptions = (): Promise<LaunchOptions> =>
  answerOf(() => backend().launchOptions());

/** Closes the window. Work under way goes on at the next start. */
export async function closeWindow(): Promise<void> {
  await answerOf(() => backend().closeWindow());
}
