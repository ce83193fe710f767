// Rows as the backend gives them, for tests. Each builder takes what a test cares about and fills in the rest.

import type {
  AgentGrantView,
  AgentRecord,
  AgentVersion,
  AgentView,
  AllowedTool,
  CallView,
  Citation,
  ConversationView,
  DocumentText,
  DocumentView,
  Failure,
  JournalEntry,
  MessageView,
  Passage,
  Plan,
  ProviderView,
  QuestionView,
  ReplyView,
  SavedBackend,
  ServedTool,
  SourceView,
  StorageView,
  Tally,
  TaskDetail,
  TaskView,
  ToolServerContents,
  ToolServerView,
  WorkflowDetail,
  WorkflowView,
} from "@/bindings/bindings";

/** A fixed moment: 22 November 2026, 12:00 UTC. */
export const NOON = Date.UTC(2026, 10, 22, 12, 0, 0);

/** Nothing spent. */
export const NOTHING: Tally = { money: 0, possible: 0, unpriced: 0, tokens: 0 };

const HANDBOOK = "0192aaaa-0000-7000-8000-000000000001";

export function aServer(over: Partial<SavedBackend> = {}): SavedBackend {
  return {
    id: "0192ffff-0000-7000-8000-000000000001",
    name: "Studio",
    address: "https://studio.example:7420",
    fingerprint:
      "2C:F2:4D:BA:5F:B0:A3:0E:26:E8:3B:2A:C5:B9:E2:9E:1B:16:1E:5C:1F:A7:42:5E:73:04:33:62:93:8B:98:24",
    store: "0192eeee-0000-7000-8000-000000000001",
    looks_only: false,
    known_as: "Anna's laptop",
    last_seen: NOON - 300_000,
    ...over,
  };
}

export function aWorkflow(over: Partial<WorkflowView> = {}): WorkflowView {
  const id = over.id ?? 12;
  return {
    id,
    uid: `0192bbbb-0000-7000-8000-${String(id).padStart(12, "0")}`,
    name: "Design a small REST API for a blog",
    description: "Design a small REST API for a blog platform with user authentication.",
    status: "running",
    cancelling: false,
    template: { uid: "0192cccc-0000-7000-8000-000000000001", name: "crew", version: 1 },
    created_at: NOON - 65_000,
    started_at: NOON - 64_000,
    completed_at: null,
    tasks_total: 6,
    tasks_completed: 2,
    working: ["Driver"],
    failure: null,
    has_report: false,
    meta: {},
    paused: false,
    inputs: null,
    parent: null,
    forked_from: null,
    imported: null,
    depth: 0,
    spent: NOTHING,
    reserved: NOTHING,
    budget: null,
    stays_here: [],
    moved: null,
    ...over,
  };
}

export function aTask(over: Partial<TaskView> = {}): TaskView {
  return {
    id: 101,
    workflow_id: 12,
    key: "research",
    step: "research",
    title: "Research the knowledge",
    description: "Find out what the knowledge says about the task, with sources.",
    done_when: "Every statement has a source.",
    assigned_to: 2,
    agent_name: "Creator",
    agent_kind: "creator",
    status: "running",
    attempt: 1,
    needs: ["analyse"],
    created_at: NOON - 60_000,
    started_at: NOON - 42_000,
    completed_at: null,
    retry_at: null,
    failure: null,
    origin: null,
    citations: 0,
    step_kind: "agent",
    container: null,
    scope: null,
    skipped: null,
    waits_until: null,
    caught: null,
    child: null,
    reused_from: null,
    overridden: false,
    told: null,
    model: null,
    spent: NOTHING,
    reserved: NOTHING,
    budget: null,
    ...over,
  };
}

export function aFailure(over: Partial<Failure> = {}): Failure {
  return {
    code: "model_unavailable",
    message: "The model could not be reached.",
    next_step: "Check that it is running, then retry.",
    retryable: true,
    retry_after_ms: null,
    ...over,
  };
}

export function aCitation(over: Partial<Citation> = {}): Citation {
  return {
    label: "s1a2b3c",
    source: HANDBOOK,
    source_name: "Handbook",
    path: "runs/journal.md",
    start_line: 3,
    end_line: 5,
    quote: "The journal is append-only and is the truth.",
    stays_here: false,
    ...over,
  };
}

export function aPassage(over: Partial<Passage> = {}): Passage {
  return {
    label: "s1a2b3c",
    source: HANDBOOK,
    source_name: "Handbook",
    path: "runs/journal.md",
    headings: ["Runs", "The journal"],
    start_line: 3,
    end_line: 5,
    text: "The journal is append-only and is the truth.",
    score: 4.2,
    stays_here: false,
    ...over,
  };
}

export function aPlan(over: Partial<Plan> = {}): Plan {
  return {
    summary: "The API needs a design of its resources and of its sign-in.",
    research: "What the handbook says about APIs.",
    sub_tasks: [
      {
        id: "resources",
        title: "Design the resources",
        description: "Name posts, comments and users, and their routes.",
        role: "API designer",
        needs: [],
        done_when: "Every route has a method and a path.",
      },
      {
        id: "sign-in",
        title: "Design the sign-in",
        description: "Choose how users sign in.",
        role: "Security engineer",
        needs: ["resources"],
        done_when: "Tokens and their life are settled.",
      },
    ],
    ...over,
  };
}

export function aWorkflowDetail(over: Partial<WorkflowDetail> = {}): WorkflowDetail {
  return {
    workflow: aWorkflow(),
    tasks: [aTask()],
    report: null,
    plan: null,
    children: [],
    output: null,
    ...over,
  };
}

export function aModelCall(over: Partial<CallView> = {}): CallView {
  return {
    key: "research#1.0.0",
    attempt: 1,
    turn: 0,
    kind: { kind: "model", model: "rehearsal" },
    status: "finished",
    arguments: null,
    text: "I will search for it.",
    passages: [],
    left_out: 0,
    usage: { input_tokens: 812, output_tokens: null },
    started_at: NOON - 42_000,
    finished_at: NOON - 41_500,
    failure: null,
    spent: null,
    reserved: null,
    ...over,
  };
}

export function aSearchCall(over: Partial<CallView> = {}): CallView {
  return aModelCall({
    key: "research#1.0.1",
    kind: { kind: "tool", tool: "knowledge_search", call_id: "c1", repeatable: true },
    arguments: { query: "append-only journal" },
    text: null,
    passages: [aPassage()],
    left_out: 0,
    usage: { input_tokens: null, output_tokens: null },
    spent: null,
    reserved: null,
    ...over,
  });
}

export function aTaskDetail(over: Partial<TaskDetail> = {}): TaskDetail {
  return {
    task: aTask(),
    told: "Find out what the knowledge says about the task, with sources.",
    system: "You are the creator. Answer from the knowledge.",
    prompt: [{ from: "user", text: "What does the knowledge say about the journal?" }],
    answer: null,
    data: null,
    partial: null,
    calls: [aModelCall(), aSearchCall()],
    ...over,
  };
}

export function aQuestion(over: Partial<QuestionView> = {}): QuestionView {
  return {
    id: 7,
    workflow_id: 12,
    workflow_name: "Design a small REST API for a blog",
    task_id: 100,
    task_title: "Analyse and delegate",
    agent_name: "Driver",
    kind: "input",
    text: "Who will use the API: readers, authors or both?",
    status: "open",
    answer: null,
    asked_at: NOON - 20_000,
    answered_at: null,
    form: null,
    reply: null,
    ...over,
  };
}

export function aJournalEntry(over: Partial<JournalEntry> = {}): JournalEntry {
  return {
    seq: 1,
    position: 40,
    at: NOON - 64_000,
    kind: "workflow_started",
    task: null,
    version: 1,
    body: { type: "workflow_started" },
    ...over,
  };
}

export function anAgent(over: Partial<AgentView> = {}): AgentView {
  const id = over.id ?? 2;
  return {
    id,
    uid: `0192dddd-0000-7000-8000-${String(id).padStart(12, "0")}`,
    name: "Creator",
    kind: "creator",
    role: "Researcher",
    instructions: "Answer from the knowledge, and say where each statement comes from.",
    model: "default",
    model_used: "rehearsal",
    tools: ["knowledge_search"],
    status: "idle",
    version: 1,
    hired_in: null,
    why: null,
    created_at: NOON - 86_400_000,
    tasks_completed: 3,
    tasks_failed: 0,
    stays_here: [],
    ...over,
  };
}

/** An agent that did nothing yet. */
export const NO_RECORD: AgentRecord = {
  work: { completed: 0, failed: 0, good: 0, poor: 0 },
  spent: NOTHING,
  last_worked: null,
};

/** Nothing was granted to an agent. */
export const NO_GRANT: AgentGrantView = { revision: 0, grant: {} };

export function aVersion(over: Partial<AgentVersion> = {}): AgentVersion {
  return {
    version: 1,
    name: "Creator",
    role: "Researcher",
    instructions: "Answer from the knowledge, and say where each statement comes from.",
    model: "default",
    tools: ["knowledge_search"],
    since: NOON - 86_400_000,
    ...over,
  };
}

export function aProvider(over: Partial<ProviderView> = {}): ProviderView {
  const id = over.id ?? 1;
  return {
    id,
    uid: `0192ffff-0000-7000-8000-${String(id).padStart(12, "0")}`,
    name: "lm-studio",
    kind: "open_ai",
    base_url: "http://localhost:1234/v1",
    key_from: null,
    on_this_machine: true,
    limits: {},
    usual_parallel: 4,
    created_at: NOON - 3_600_000,
    ...over,
  };
}

export function aToolServer(over: Partial<ToolServerView> = {}): ToolServerView {
  const id = over.id ?? 1;
  return {
    id,
    uid: `0192dddd-0000-7000-8000-${String(id).padStart(12, "0")}`,
    name: "memory",
    place: {
      kind: "program",
      command: "npx",
      arguments: ["-y", "@modelcontextprotocol/server-memory"],
      folder: null,
    },
    given: [],
    connected_since: null,
    problem: null,
    problem_at: null,
    allowed: over.allowed_tools?.length ?? 0,
    allowed_tools: [],
    created_at: NOON - 3_600_000,
    ...over,
  };
}

export function anAllowedTool(over: Partial<AllowedTool> = {}): AllowedTool {
  const tool = over.tool ?? "create_entities";
  return {
    name: `mcp_memory_${tool}`,
    tool,
    title: null,
    description: "Remembers something.",
    read_only: false,
    asks: true,
    as_described: { hash: `hash of ${tool}`, shown: `${tool} of memory, as it is described` },
    ...over,
  };
}

export function aServedTool(over: Partial<ServedTool> = {}): ServedTool {
  const name = over.name ?? "search_nodes";
  return {
    name,
    title: null,
    description: "Finds what is remembered by its words.",
    state: "new",
    hash: `hash-of-${name}`,
    definition: `Description:\nFinds what is remembered by its words.\n\nArguments:\n{\n  "type": "object"\n}\n`,
    allowed_definition: null,
    read_only: false,
    says_read_only: false,
    hidden_characters: 0,
    ...over,
  };
}

export function aToolServerContents(over: Partial<ToolServerContents> = {}): ToolServerContents {
  return {
    server: aToolServer({ connected_since: NOON - 1000 }),
    name: "memory-server",
    version: "0.6.3",
    protocol: "2025-11-25",
    instructions: null,
    latency_ms: 412,
    at: NOON - 1000,
    tools: [aServedTool()],
    missing: [],
    resources: [],
    prompts: [],
    ...over,
  };
}

export function aStorage(over: Partial<StorageView> = {}): StorageView {
  return {
    data_folder: "/home/ada/.local/share/wheelhouse",
    journal: 4_200_000,
    knowledge: 18_400_000,
    logs: 310_000,
    backups: 8_100_000,
    other: 1_200_000,
    ...over,
  };
}

export function aSource(over: Partial<SourceView> = {}): SourceView {
  return {
    id: 1,
    uid: HANDBOOK,
    name: "Handbook",
    kind: "builtin",
    path: "",
    state: "ready",
    documents: 12,
    chunks: 84,
    bytes: 48_200,
    problems: [],
    scanned_at: NOON - 3_600_000,
    stays_here: false,
    ...over,
  };
}

export function aDocument(over: Partial<DocumentView> = {}): DocumentView {
  return {
    id: 31,
    path: "runs/journal.md",
    title: "The journal",
    bytes: 4_210,
    lines: 8,
    chunks: 6,
    indexed_at: NOON - 3_600_000,
    ...over,
  };
}

export function aDocumentText(over: Partial<DocumentText> = {}): DocumentText {
  return {
    document: aDocument(),
    source: HANDBOOK,
    source_name: "Handbook",
    text: "# The journal\n\nThe journal is append-only\nand is the truth.\nNothing else is.\n\nThe end.\n",
    changed_on_disk: false,
    ...over,
  };
}

const CONVERSATION = "0192dddd-0000-7000-8000-000000000001";

/** A conversation with the researcher. */
export function aConversation(over: Partial<ConversationView> = {}): ConversationView {
  return {
    uid: CONVERSATION,
    agent_id: 2,
    agent_name: "Creator",
    agent_kind: "creator",
    title: "How are backups restored?",
    created_at: NOON - 60_000,
    updated_at: NOON - 30_000,
    messages: 1,
    replying: false,
    ...over,
  };
}

/** What the operator said, unless told otherwise. */
export function aMessage(over: Partial<MessageView> = {}): MessageView {
  const uid = over.uid ?? "0192dddd-0000-7000-8000-000000000010";
  return {
    uid,
    conversation: CONVERSATION,
    parent: null,
    author: "operator",
    text: "How are backups restored?",
    citations: [],
    files: [],
    created_at: NOON - 60_000,
    siblings: [uid],
    reply: null,
    ...over,
  };
}

/** How a whole reply was made. */
export function aReply(over: Partial<ReplyView> = {}): ReplyView {
  return {
    workflow_id: 40,
    task_id: 400,
    attempt: 1,
    status: "completed",
    stopping: false,
    ended_at: NOON - 30_000,
    failure: null,
    model: "rehearsal",
    rehearsal: true,
    passed_over: [],
    left_out: null,
    spent: NOTHING,
    waits_for: null,
    question: null,
    has_read: [],
    stays_here: [],
    ...over,
  };
}
