import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { JournalEntry } from "@/bindings/bindings";
import { aFailure, aJournalEntry } from "@/test/fixtures";
import { readRecord } from "./record";

const JOURNALS = join(import.meta.dirname, "../../../../../tests/fixtures/journals/v1");

interface Kept {
  seq: number;
  at: number;
  v: number;
  body: { type: string; task?: string };
}

/** A recorded journal as the window gets it. */
function journal(name: string): JournalEntry[] {
  const kept: Kept[] = JSON.parse(readFileSync(join(JOURNALS, name), "utf8"));
  return kept.map(({ seq, at, v, body }) =>
    aJournalEntry({
      seq,
      position: seq,
      at,
      kind: body.type,
      version: v,
      task: body.task ?? null,
      body,
    }),
  );
}

let seq = 0;
function fact(at: number, type: string, body: Record<string, unknown> = {}): JournalEntry {
  seq += 1;
  return aJournalEntry({ seq, at, kind: type, body: { type, ...body } });
}

const begin = (at: number, attempt = 1) => fact(at, "task_started", { task: "a", attempt });
const call = (at: number, name = "c1") =>
  fact(at, "call_started", {
    call: name,
    task: "a",
    attempt: 1,
    turn: 0,
    index: 0,
    kind: { kind: "model", model: "rehearsal" },
  });

describe("readRecord", () => {
  it.each(readdirSync(JOURNALS))("reads %s: every attempt ends, every call is in one", (name) => {
    const entries = journal(name);
    const { attempts } = readRecord(entries);
    const of = (type: string) => entries.filter((entry) => entry.kind === type).length;
    expect(attempts).toHaveLength(of("task_started"));
    expect(attempts.length).toBeGreaterThan(0);
    expect(attempts.flatMap(({ calls }) => calls)).toHaveLength(of("call_started"));
    for (const { from, to } of attempts) expect(to ?? from).toBeGreaterThanOrEqual(from);
    if (of("workflow_completed") > 0) {
      expect(attempts.every((attempt) => attempt.to !== null)).toBe(true);
      expect(attempts.flatMap(({ calls }) => calls).every((each) => each.to !== null)).toBe(true);
    }
  });

  it("keeps attempts apart, says why one failed and that a timer ran between", () => {
    const failure = aFailure();
    const { attempts, waits } = readRecord([
      begin(0),
      fact(10, "task_attempt_failed", { task: "a", attempt: 1, failure, retry_at: 50 }),
      begin(40, 2),
      fact(60, "task_completed", { task: "a" }),
    ]);
    expect(attempts).toMatchObject([
      { attempt: 1, from: 0, to: 10, outcome: "again", problem: failure.message },
      { attempt: 2, from: 40, to: 60, outcome: "completed", problem: null },
    ]);
    expect(waits).toMatchObject([{ on: "timer", from: 10, to: 40 }]);
  });

  it("keeps tokens as they were told, unknown where they were not", () => {
    const { attempts } = readRecord([
      begin(0),
      call(1),
      fact(5, "call_finished", { call: "c1", usage: { input_tokens: 12, output_tokens: null } }),
    ]);
    expect(attempts[0]?.calls).toEqual([
      {
        key: "c1",
        name: "rehearsal",
        type: "model",
        from: 1,
        to: 5,
        outcome: "finished",
        input: 12,
        output: null,
      },
    ]);
    expect(attempts[0]).toMatchObject({ outcome: "open", to: null });
  });

  it("knows that nobody was there before a call was found interrupted", () => {
    const { attempts, away } = readRecord([
      begin(0),
      call(1),
      fact(9_000, "call_interrupted", { call: "c1" }),
      call(9_001, "c2"),
    ]);
    expect(away).toEqual([{ from: 1, to: 9_000 }]);
    expect(attempts[0]?.calls).toMatchObject([
      { outcome: "interrupted", from: 1, to: 1 },
      { outcome: "started", from: 9_001, to: null },
    ]);
  });

  it("ends a question with its answer, or with its task", () => {
    const ask = (at: number, question: string) =>
      fact(at, "question_asked", { question, task: "a", kind: "input", text: "Which?" });
    const { waits } = readRecord([
      begin(0),
      ask(1, "q1"),
      fact(4, "question_answered", { question: "q1", answer: "Both" }),
      ask(5, "q2"),
      fact(8, "task_cancelled", { task: "a" }),
    ]);
    expect(waits).toMatchObject([
      { on: "operator", from: 1, to: 4, text: "Which?" },
      { on: "operator", from: 5, to: 8 },
    ]);
  });

  it("passes over what it does not know and what is not as it should be", () => {
    const strange = [fact(0, "moon_rose"), fact(1, "call_finished", { call: 7 }), begin(2)];
    strange[1] = { ...fact(1, "call_finished"), body: null };
    expect(readRecord(strange).attempts).toHaveLength(1);
    expect(readRecord([])).toEqual({ attempts: [], waits: [], away: [] });
  });
});
