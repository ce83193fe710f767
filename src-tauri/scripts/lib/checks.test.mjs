import assert from "node:assert/strict";
import { test } from "node:test";
import { allChecks, blockedBy, table, withNeeds } from "./checks.mjs";

test("every need is a check that comes earlier", () => {
  const seen = new Set();
  for (const check of allChecks()) {
    for (const need of check.needs) assert.ok(seen.has(need), `${check.name} needs ${need}`);
    seen.add(check.name);
  }
});

test("asking for one check brings what it needs", () => {
  const names = withNeeds(allChecks(), ["e2e"]).map((check) => check.name);
  assert.deepEqual(names, ["ui-build", "build", "e2e"]);
});

test("what needs a failed check is not run", () => {
  const [e2e] = allChecks().filter((check) => check.name === "e2e");
  assert.deepEqual(blockedBy(e2e, new Map([["build", "not run"]])), ["build"]);
  assert.deepEqual(blockedBy(e2e, new Map([["build", "passed"]])), []);
});

test("the table lines up", () => {
  const lines = table([
    { name: "fmt", result: "passed", milliseconds: 1234 },
    { name: "ui-build", result: "not run", milliseconds: 0 },
  ]).split("\n");
  assert.equal(new Set(lines.map((line) => line.length)).size, 1);
  assert.match(lines[2], /^fmt {7}passed +1\.2$/);
});
