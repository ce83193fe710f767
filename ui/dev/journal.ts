/** A journal that fits the tasks of a scene: attempts with calls, a first attempt that failed, a question. */
import type { JournalEntry, TaskView } from "@/bindings/bindings";
import { aFailure, aJournalEntry } from "@/test/fixtures";

interface Fact {
  at: number;
  kind: string;
  task: string;
  body: Record<string, unknown>;
}

function calls(task: TaskView, attempt: number, from: number, to: number, open: boolean): Fact[] {
  const count = 3;
  const length = (to - from) / count;
  return Array.from({ length: count }, (_, index) => {
    const call = `${task.key}#${attempt}.${index}.0`;
    const kind =
      index === 1
        ? { kind: "tool", tool: "knowledge_search", call_id: "c1", repeatable: true }
        : { kind: "model", model: "lm-studio/qwen3-8b" };
    const begun: Fact = {
      at: from + index * length + 50,
      kind: "call_started",
      task: task.key,
      body: { call, task: task.key, attempt, turn: index, index: 0, kind },
    };
    const usage = { input_tokens: 812 + 90 * index, output_tokens: index === 2 ? null : 240 };
    const ended: Fact = {
      at: from + index * length + length * (index === 1 ? 0.3 : 0.9),
      kind: "call_finished",
      task: task.key,
      body: { call, usage },
    };
    return open && index === count - 1 ? [begun] : [begun, ended];
  }).flat();
}

function factsOf(task: TaskView): Fact[] {
  const { key, started_at: from, completed_at, status, attempt } = task;
  if (from === null) return [];
  const fact = (at: number, kind: string, body: Record<string, unknown> = {}): Fact => ({
    at,
    kind,
    task: key,
    body: { task: key, ...body },
  });
  const to = completed_at ?? Date.now();
  const facts: Fact[] = [];
  if (attempt > 1) {
    const [begun, failed] = [from - 14_000, from - 6_000];
    facts.push(
      fact(begun, "task_started", { attempt: 1 }),
      ...calls(task, 1, begun, failed, false),
      fact(failed, "task_attempt_failed", {
        attempt: 1,
        failure: aFailure(),
        retry_at: from,
      }),
    );
  }
  facts.push(fact(from, "task_started", { attempt }));
  if (status === "waiting") {
    const asked = from + 4_000;
    facts.push(
      ...calls(task, attempt, from, asked, false),
      fact(asked, "question_asked", { question: `${key}?`, text: "Both, or readers only?" }),
    );
    return facts;
  }
  facts.push(...calls(task, attempt, from, to, completed_at === null));
  if (completed_at !== null) {
    const kind = status === "failed" ? "task_failed" : "task_completed";
    facts.push(fact(completed_at, kind, status === "failed" ? { failure: aFailure() } : {}));
  }
  return facts;
}

/** The facts, oldest first. */
export function journalOf(tasks: readonly TaskView[]): JournalEntry[] {
  const facts = tasks.flatMap(factsOf).sort((a, b) => a.at - b.at);
  return facts.map(({ at, kind, task, body }, index) =>
    aJournalEntry({
      seq: index + 1,
      position: 40 + index,
      at,
      kind,
      task: kind === "call_finished" ? null : task,
      body: { type: kind, ...body },
    }),
  );
}
