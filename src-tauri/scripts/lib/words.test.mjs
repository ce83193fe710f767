import assert from "node:assert/strict";
import { test } from "node:test";
import { executable, progress } from "./build.mjs";
import { atLeast, duration, plain } from "./words.mjs";

test("durations as people say them", () => {
  assert.equal(duration(420), "0.4 s");
  assert.equal(duration(42_000), "42 s");
  assert.equal(duration(59_700), "1 min 0 s");
  assert.equal(duration(185_000), "3 min 5 s");
});

test("versions compare number by number", () => {
  assert.ok(atLeast("20.19.0", "20.19"));
  assert.ok(!atLeast("20.9.0", "20.19"));
  assert.ok(atLeast("22.1", "20.19"));
  assert.ok(atLeast("1.95", "1.94.1"));
});

test("logs have no escape sequences", () => {
  assert.equal(plain("\u001b[1m\u001b[92mdone\u001b[0m"), "done");
});

test("cargo's progress and messages are understood", () => {
  assert.equal(progress("    Building [=====>   ] 214/512: tauri, wry"), "214/512: tauri, wry");
  const artifact = (/** @type {string} */ name, /** @type {string | null} */ path) =>
    JSON.stringify({ reason: "compiler-artifact", target: { name }, executable: path });
  const messages = [artifact("serde", null), artifact("wheelhouse", "/t/debug/wheelhouse"), ""];
  assert.equal(executable(messages.join("\n"), "wheelhouse"), "/t/debug/wheelhouse");
  assert.equal(executable("", "wheelhouse"), null);
});
