/** Agents of the operator's own: making, copying, sharing and trying them. All functions throw `HostError`. */
import type {
  AgentFile,
  AgentFileView,
  AgentText,
  AgentView,
  CreateAgent,
  HirePolicy,
  HiringView,
  PoorRecord,
  SavedAgent,
  StarterView,
  TaskView,
  TrialView,
  Verdict,
} from "@/bindings/bindings";
import { newRequestKey } from "./requestKeys";
import { answerOf, backend } from "./transport";

/** Adds a specialist that the operator wrote. */
export const createAgent = (text: Omit<CreateAgent, "request_key">): Promise<AgentView> =>
  answerOf(() => backend().createAgent({ request_key: newRequestKey(), ...text }));

/** Adds a specialist that is like another one. */
export const duplicateAgent = (id: number): Promise<AgentView> =>
  answerOf(() => backend().duplicateAgent({ request_key: newRequestKey(), id }));

/** The specialists that come with the program and can be added. */
export const listStarters = (): Promise<StarterView[]> =>
  answerOf(() => backend().listStarters({}));

/** Adds a specialist of the starter set. */
export const addStarter = (key: string): Promise<AgentView> =>
  answerOf(() => backend().addStarter({ request_key: newRequestKey(), key }));

/** A specialist as a file to share. */
export const exportAgent = (id: number): Promise<AgentFile> =>
  answerOf(() => backend().exportAgent({ id }));

/** Lets the operator choose a file, and writes the agent into it; null when they choose none. */
export const saveAgentFile = (id: number, name: string): Promise<SavedAgent | null> =>
  answerOf(() => backend().saveAgentFile({ id }, name));

/** Lets the operator choose an agent's file, and reads it; null when they choose none. */
export const openAgentFile = (): Promise<AgentFile | null> =>
  answerOf(() => backend().openAgentFile());

/** What the text of an agent's file would add. */
export const inspectAgentFile = (text: string): Promise<AgentFileView> =>
  answerOf(() => backend().inspectAgentFile({ text }));

/** Takes in the text of an agent's file as a new specialist. */
export const importAgent = (text: string): Promise<AgentView> =>
  answerOf(() => backend().importAgent({ request_key: newRequestKey(), text }));

/** Lets an agent work on a sample task, as it is or as it is being changed. */
export const tryAgent = (id: number, task: string, tried: AgentText | null): Promise<TrialView> =>
  answerOf(() => backend().tryAgent({ request_key: newRequestKey(), id, task, tried }));

/** The trials of an agent, newest first. */
export const listTrials = (id: number): Promise<TrialView[]> =>
  answerOf(() => backend().listTrials({ id }));

/** Says that what a task gave is good or poor; null takes it back. */
export const judgeTask = (
  { workflow_id, id }: Pick<TaskView, "workflow_id" | "id">,
  verdict: Verdict | null,
): Promise<TaskView> =>
  answerOf(() =>
    backend().judgeTask({ request_key: newRequestKey(), workflow_id, task_id: id, verdict }),
  );

/** The specialists at hand whose record speaks for retiring them. */
export const listPoorRecords = (): Promise<PoorRecord[]> =>
  answerOf(() => backend().listPoorRecords({}));

/** When the generator may hire by itself. */
export const getHiring = (): Promise<HiringView> => answerOf(() => backend().getHiring({}));

/** Sets when the generator may hire by itself. */
export const saveHiring = (policy: HirePolicy): Promise<HiringView> =>
  answerOf(() => backend().saveHiring({ request_key: newRequestKey(), policy }));
