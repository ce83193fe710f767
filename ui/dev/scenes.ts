/** What the harness can show: whole states of an application, made of the same fixtures as the tests. */
import type {
  AgentView,
  DefaultModels,
  KeysView,
  ProviderView,
  QuestionView,
  Report,
  SourceView,
  TaskView,
  WorkflowView,
} from "@/bindings/bindings";
import {
  aCitation,
  anAgent,
  aProvider,
  aQuestion,
  aSource,
  aTask,
  aWorkflow,
} from "@/test/fixtures";
import { manyTasks, nestedTasks } from "./nested";

export interface Scene {
  workflows: WorkflowView[];
  tasks: TaskView[];
  agents: AgentView[];
  questions: QuestionView[];
  sources: SourceView[];
  providers: ProviderView[];
  defaults: DefaultModels;
  keys: KeysView;
  report: Report | null;
  /** Whether the backend answers. */
  broken: boolean;
}

const now = Date.now();
const MINUTE = 60_000;

const DESIGNER: Partial<AgentView> = {
  version: 3,
  model: "lm-studio/qwen3-8b",
  model_used: "lm-studio/qwen3-8b",
  instructions: [
    "You design interfaces that others build on.",
    "Name every resource.",
    "Give each route a method and a path, and say what it answers.",
    "Say what you leave open, and who should decide it.",
  ].join("\n"),
};

const crew: AgentView[] = [
  anAgent({
    id: 1,
    name: "Driver",
    kind: "driver",
    role: "CEO",
    status: "working",
    tasks_completed: 14,
  }),
  anAgent({ id: 2, name: "Creator", kind: "creator", role: "Researcher", tasks_completed: 9 }),
  anAgent({ id: 3, name: "Generator", kind: "generator", role: "HR manager", tasks_completed: 8 }),
  ...[
    "API designer",
    "Security engineer",
    "Data modeller",
    "Technical writer",
    "Launch planner",
  ].map((role, index) =>
    anAgent({
      id: 4 + index,
      name: role,
      kind: "specialist",
      role,
      status: index === 0 ? "working" : index === 1 ? "waiting" : index === 3 ? "error" : "idle",
      hired_in: 12,
      ...(index === 0 ? DESIGNER : {}),
      ...(index === 4 ? { status: "disabled" as const } : {}),
      why: `Nobody in the crew works as ${role.toLowerCase()}.`,
      tasks_completed: index * 2,
      tasks_failed: index === 3 ? 1 : 0,
    }),
  ),
];

const task = (id: number, over: Partial<TaskView>): TaskView =>
  aTask({ id, workflow_id: 12, created_at: now - 3 * MINUTE, completed_at: null, ...over });

const tasks: TaskView[] = [
  task(101, {
    key: "analyse",
    step: "analyse",
    title: "Understand the task and divide it",
    assigned_to: 1,
    agent_name: "Driver",
    agent_kind: "driver",
    status: "completed",
    needs: [],
    started_at: now - 130_000,
    completed_at: now - 118_000,
  }),
  task(102, {
    key: "research",
    step: "research",
    title: "Find what the knowledge says about REST APIs and sign-in",
    assigned_to: 2,
    status: "completed",
    started_at: now - 118_000,
    completed_at: now - 82_000,
    citations: 4,
  }),
  task(103, {
    key: "staff",
    step: "staff",
    title: "Staff the plan",
    needs: ["analyse", "research"],
    assigned_to: 3,
    agent_name: "Generator",
    agent_kind: "generator",
    status: "completed",
    started_at: now - 82_000,
    completed_at: now - 64_000,
  }),
  task(104, {
    key: "work/resources",
    step: "work",
    needs: ["research", "staff"],
    title: "Design the resources and their routes",
    assigned_to: 4,
    agent_name: "API designer",
    agent_kind: "specialist",
    attempt: 2,
    started_at: now - 40_000,
  }),
  task(105, {
    key: "work/sign-in",
    step: "work",
    needs: ["research", "staff"],
    title: "Design the sign-in",
    assigned_to: 5,
    agent_name: "Security engineer",
    agent_kind: "specialist",
    status: "waiting",
    started_at: now - 58_000,
  }),
  task(106, {
    key: "work/data",
    step: "work",
    needs: ["work/resources"],
    title: "Model posts, comments and users",
    assigned_to: 6,
    agent_name: "Data modeller",
    agent_kind: "specialist",
    status: "pending",
    attempt: 0,
    started_at: null,
  }),
  task(107, {
    key: "report",
    step: "report",
    needs: ["analyse", "work"],
    title: "Write the report",
    assigned_to: 1,
    agent_name: "Driver",
    agent_kind: "driver",
    status: "pending",
    attempt: 0,
    started_at: null,
  }),
];

const ended = (
  id: number,
  name: string,
  status: WorkflowView["status"],
  minutesAgo: number,
): WorkflowView =>
  aWorkflow({
    id,
    name,
    description: name,
    status,
    created_at: now - (minutesAgo + 3) * MINUTE,
    started_at: now - (minutesAgo + 3) * MINUTE,
    completed_at: now - minutesAgo * MINUTE,
    tasks_total: 8,
    tasks_completed: status === "completed" ? 8 : 5,
    working: [],
    has_report: status === "completed",
    failure:
      status === "failed"
        ? {
            task: "work/prices",
            task_title: "Compare the prices",
            failure: {
              code: "model_timed_out",
              message: "The model did not answer within two minutes, three times in a row.",
              next_step: "Retry the workflow. What is done is kept.",
              retryable: true,
              retry_after_ms: null,
            },
          }
        : null,
  });

const workflows: WorkflowView[] = [
  aWorkflow({
    id: 12,
    status: "running",
    created_at: now - 131_000,
    started_at: now - 130_000,
    tasks_total: 7,
    tasks_completed: 3,
    working: ["API designer", "Security engineer"],
  }),
  aWorkflow({
    id: 11,
    name: "Plan the launch of a small product",
    status: "waiting",
    created_at: now - 9 * MINUTE,
    started_at: now - 9 * MINUTE,
    tasks_total: 6,
    tasks_completed: 1,
    working: [],
  }),
  ended(10, "Explain how Wheelhouse keeps a run when the app is closed", "completed", 14),
  ended(
    9,
    "Compare the three suppliers in the offers folder and say which one to take, with reasons that a board can follow",
    "failed",
    52,
  ),
  ended(8, "Summarise the meeting notes of October", "completed", 190),
  ended(7, "Draft a privacy notice for the newsletter", "cancelled", 1600),
  ended(6, "List what changed between the two contracts", "completed", 3100),
  ...Array.from({ length: 5 }, (_, index) =>
    ended(5 - index, `Earlier task number ${5 - index}`, "completed", 4000 + index * 400),
  ),
];

const report: Report = {
  text: [
    "# How a run is kept",
    "",
    "Every result is written to the journal **before** anything acts on it [s1a2b3c]. When the window closes, the journal stays, and the next start goes on from it [s4d5e6f].",
    "",
    "## What happens at the start",
    "",
    "1. The journal is read and folded into a state.",
    "2. What is outstanding is worked out.",
    "3. Calls whose result is recorded are never made again [s1a2b3c].",
    "",
    "| Case | What happens |",
    "| --- | --- |",
    "| Result recorded | It is used |",
    "| Result lost | The call is made again |",
    "",
    "> Nothing is lost by quitting.",
  ].join("\n"),
  citations: [
    aCitation(),
    aCitation({
      label: "s4d5e6f",
      path: "runs/recovery.md",
      start_line: 12,
      end_line: 15,
      quote: "On start every unfinished workflow goes on by itself.",
    }),
  ],
  model: "rehearsal",
};

const providers: ProviderView[] = [
  aProvider(),
  aProvider({
    id: 2,
    name: "anthropic",
    kind: "anthropic",
    base_url: "https://api.anthropic.com",
    key_from: "keychain",
    on_this_machine: false,
  }),
  aProvider({ id: 3, name: "ollama", kind: "ollama", base_url: "http://localhost:11434" }),
];

const REHEARSAL: DefaultModels = {
  driver: "rehearsal",
  creator: "rehearsal",
  generator: "rehearsal",
  specialist: "rehearsal",
};

const busy: Scene = {
  providers,
  defaults: { ...REHEARSAL, driver: "anthropic/opus", creator: "lm-studio/qwen3-8b" },
  keys: { place: "keychain", locked: false, exists: true },
  workflows,
  tasks,
  agents: crew,
  questions: [
    aQuestion({
      id: 21,
      kind: "approval",
      task_title: "Your decision",
      agent_name: null,
      text: "Should this be published as an announcement?",
      asked_at: now - 4 * MINUTE,
      form: {
        show: "## Version 2 is here\n\nWheelhouse now keeps **templates**. You run one, or make a copy and change it.\n\n- Eight come along\n- Yours are versioned",
        outcomes: [
          { name: "publish", title: "Publish" },
          { name: "revise", title: "Send back" },
          { name: "stop", title: "Do not publish" },
        ],
        fields: [
          {
            name: "note",
            title: "Note",
            type: "long_text",
            help: "What should change, or why not.",
          },
        ],
        expires_at: now + 26 * 60 * MINUTE,
        expired_outcome: "stop",
      },
    }),
    aQuestion({
      workflow_id: 11,
      workflow_name: "Plan the launch of a small product",
      task_title: "Understand the task and divide it",
      text: "Who is the product for: people at home, or companies?",
      asked_at: now - 4 * MINUTE,
    }),
  ],
  sources: [
    aSource(),
    aSource({
      id: 2,
      name: "offers",
      kind: "folder",
      path: "/home/ada/Documents/offers",
      documents: 214,
      chunks: 3120,
      bytes: 18_400_000,
      uid: "0192aaaa-0000-7000-8000-000000000002",
    }),
    aSource({
      id: 3,
      name: "notes.md",
      kind: "file",
      path: "/home/ada/notes.md",
      state: "failed",
      documents: 0,
      chunks: 0,
      bytes: 0,
      problems: [
        { path: "notes.md", reason: "The file is gone. Put it back, or remove the source." },
      ],
      uid: "0192aaaa-0000-7000-8000-000000000003",
    }),
  ],
  report,
  broken: false,
};

/** The busy scene with workflow 12 begun so many seconds ago. */
function begunAgo(seconds: number): Scene {
  const started_at = now - seconds * 1000;
  return {
    ...busy,
    workflows: busy.workflows.map((row) => (row.id === 12 ? { ...row, started_at } : row)),
  };
}

/** The scene of that name. */
export function scene(name: string): Scene {
  switch (name) {
    case "first":
      return {
        ...busy,
        workflows: [],
        tasks: [],
        questions: [],
        sources: [aSource()],
        providers: [],
        defaults: REHEARSAL,
        keys: { place: "file", locked: false, exists: false },
        agents: crew.slice(0, 3).map((agent) => ({ ...agent, status: "idle" })),
      };
    case "locked":
      return {
        ...busy,
        keys: { place: "file", locked: true, exists: true },
        questions: [
          aQuestion({
            kind: "keys_locked",
            workflow_id: 12,
            agent_name: null,
            task_title: "Design the resources and their routes",
            text: "The key for anthropic is locked. Unlock the keys, and the run goes on.",
            asked_at: now - MINUTE,
          }),
        ],
      };
    case "nested":
      return { ...begunAgo(200), tasks: nestedTasks() };
    case "night": {
      // The operator answered in the morning.
      const night = 9 * 60 * MINUTE;
      const earlier = (at: number | null) => (at === null ? null : at - night);
      return {
        ...begunAgo(9 * 3600 + 130),
        tasks: busy.tasks.map((row, index) =>
          index > 2
            ? row
            : {
                ...row,
                started_at: earlier(row.started_at),
                completed_at: earlier(row.completed_at),
              },
        ),
      };
    }
    case "many":
      return { ...begunAgo(1000), tasks: manyTasks() };
    case "broken":
      return { ...busy, broken: true };
    default:
      return busy;
  }
}
