import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, renameSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { contentHash, readStamp, writeStamp } from "./stamps.mjs";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "wheelhouse-stamps-"));
  mkdirSync(join(folder, "src", "dist"), { recursive: true });
  writeFileSync(join(folder, "src", "a.ts"), "one");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const hash = () => contentHash(folder, ["src", "absent.json"], ["dist"]);

test("time and skipped folders do not count", () => {
  const before = hash();
  utimesSync(join(folder, "src", "a.ts"), 1, 1);
  writeFileSync(join(folder, "src", "dist", "out.js"), "built");
  assert.equal(hash(), before);
});

test("content, names and appearing files count", () => {
  const seen = [hash()];
  writeFileSync(join(folder, "src", "a.ts"), "two");
  seen.push(hash());
  renameSync(join(folder, "src", "a.ts"), join(folder, "src", "b.ts"));
  seen.push(hash());
  writeFileSync(join(folder, "absent.json"), "{}");
  seen.push(hash());
  assert.equal(new Set(seen).size, seen.length);
});

test("a stamp is read back, and none is null", () => {
  const file = join(folder, "deep", "stamp");
  assert.equal(readStamp(file), null);
  writeStamp(file, "abc");
  assert.equal(readStamp(file), "abc");
});
