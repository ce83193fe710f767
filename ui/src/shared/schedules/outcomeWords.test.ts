import { describe, expect, it } from "vitest";
import type { DueOutcome } from "@/bindings/bindings";
import { aFailure } from "@/test/fixtures";
import { aMiss, aRun, aScheduleNotice } from "@/test/scheduleFixtures";
import { outcomeWords, timesWords } from "./outcomeWords";
import { groupNotices } from "./ScheduleNotices";

describe("what became of a due time", () => {
  it.each<[DueOutcome, string, RegExp | null]>([
    [{ outcome: "waiting", late: false }, "In line", /the one before/],
    [{ outcome: "skipped", because: "overlap", running: 7 }, "Skipped", /Workflow 7/],
    [{ outcome: "skipped", because: "superseded" }, "Skipped", /newer due time/],
    [{ outcome: "skipped", because: "line_full" }, "Skipped", /Too many/],
    [{ outcome: "skipped", because: "paused" }, "Skipped", /paused/],
    [{ outcome: "missed", because: "no_catch_up" }, "Missed", /makes up for nothing/],
    [{ outcome: "missed", because: "newer_taken" }, "Missed", /Only the newest/],
    [{ outcome: "failed", failure: aFailure({ message: "It broke." }) }, "Not started", /It broke/],
  ])("says of %o why", (outcome, word, why) => {
    const words = outcomeWords(aRun({ outcome, workflow: null }));
    expect(words.word).toBe(word);
    expect(words.why).toMatch(why ?? /.*/);
  });

  it("tells how the workflow stands, and that it was late", () => {
    expect(outcomeWords(aRun()).word).toBe("Completed");
    const late = aRun({ outcome: { outcome: "started", workflow: 12, late: true } });
    expect(outcomeWords(late).why).toContain("made up for");
    const byHand = { outcome: "started", workflow: 12, late: false, by_hand: true } as const;
    expect(outcomeWords(aRun({ outcome: byHand })).why).toBe("You started it.");
    const failed = { id: 12, status: "failed" as const, completed_at: 1, failure: null };
    expect(outcomeWords(aRun({ workflow: failed })).word).toBe("Failed");
    expect(outcomeWords(aRun({ workflow: null })).word).toBe("Deleted since");
  });

  it("counts several that stand as one", () => {
    expect(timesWords(aRun())).toBeNull();
    expect(timesWords(aMiss(3))).toBe("3 times");
    const many = aMiss(10_000);
    expect(timesWords({ ...many, due: { ...many.due, more: true } })).toMatch(/^more than 10.000/);
  });

  it("puts notices of one schedule together", () => {
    const other = aScheduleNotice({ schedule_id: 4, name: "Other" });
    const groups = groupNotices([aScheduleNotice(), other, aScheduleNotice()]);
    expect(groups.map((group) => [group.id, group.notices.length])).toEqual([
      [3, 2],
      [4, 1],
    ]);
  });
});
