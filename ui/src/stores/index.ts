/** The window's live state. Frames feed it (host/applyFrames); screens read it through narrow selectors. */
export { type Agent, type AgentState, useAgentStore } from "./agentStore";
export { type ChatState, type Message, useChatStore } from "./chatStore";
export {
  type ConnectionPhase,
  type ConnectionStatus,
  useConnectionStore,
} from "./connectionStore";
export { type Question, useQuestionStore, useQuestionsOf } from "./questionStore";
export { type StreamText, type TextPiece, useStreamStore, useStreamText } from "./streamStore";
export { THEMES, type ThemeChoice, useUiStore } from "./uiStore";
export {
  adoptWorkflow,
  isActiveStatus,
  type Task,
  useTasksOf,
  useWorkflow,
  useWorkflowStore,
  type Workflow,
  type WorkflowState,
} from "./workflowStore";
