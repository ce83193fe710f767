/** The window's live state. Frames feed it (host/applyFrames); screens read it through narrow selectors. */
export { type Agent, useAgentStore } from "./agentStore";
export {
  chosenServer,
  keyOfBackend,
  useBackendStore,
  useKnownUntil,
  useServer,
} from "./backendStore";
export { useChatStore } from "./chatStore";
export {
  type ConnectionStatus,
  useConnectionStore,
} from "./connectionStore";
export { type Sent, useAnswerWaits, useOutboxStore, type Waiting, type Wish } from "./outboxStore";
export { useAsks, useQuestionStore, useQuestionsOf } from "./questionStore";
export {
  useStreamStore,
  useStreamText,
  useThoughtStore,
  useThoughts,
} from "./streamStore";
export { THEMES, type ThemeChoice, useUiStore } from "./uiStore";
export {
  adoptWorkflow,
  isActiveStatus,
  type Task,
  useTasksOf,
  useWorkflow,
  useWorkflowStore,
  type Workflow,
} from "./workflowStore";
