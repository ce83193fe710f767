import assert from "node:assert/strict";
import { test } from "node:test";
import { Stop } from "./errors.mjs";
import { decideWindow, parseBuild, parseStart, parseTest, programWords } from "./options.mjs";

const parse = (/** @type {string[]} */ ...words) => parseStart(words, "/home/person");

test("nothing typed opens the window", () => {
  const options = parse();
  assert.deepEqual(decideWindow(options, true), { headless: false, notice: null });
  assert.deepEqual(programWords(options, false), []);
});

test("task and knowledge go to the program, paths made absolute from where they were typed", () => {
  const options = parse("--task", "Plan a launch", "--knowledge=notes");
  assert.deepEqual(programWords(options, true), [
    "--task",
    "Plan a launch",
    "--knowledge",
    "/home/person/notes",
    "--headless",
  ]);
});

test("a task may begin with dashes and contain an equals sign", () => {
  assert.equal(parse("--task", "--a = b").task, "--a = b");
  assert.equal(parse("--task=a=b").task, "a=b");
});

test("slips of the fingers end with code 2 before anything is built", () => {
  for (const words of [["--tusk", "x"], ["--task"], ["--task", "  "], ["plan"], ["--headless=1"]]) {
    assert.throws(
      () => parse(...words),
      (error) => error instanceof Stop && error.code === 2,
    );
  }
});

test("without a display the task runs in the terminal, and without a task there is nothing to do", () => {
  const { headless, notice } = decideWindow(parse("--task", "x"), false);
  assert.equal(headless, true);
  assert.match(notice ?? "", /no display/);
  assert.throws(
    () => decideWindow(parse(), false),
    (error) => error instanceof Stop && error.code === 2,
  );
  assert.throws(() => decideWindow(parse("--headless"), true), Stop);
});

test("a subset of the checks keeps their order", () => {
  const names = ["fmt", "vitest", "e2e"];
  assert.deepEqual(parseTest([], names), names);
  assert.deepEqual(parseTest(["--only", "e2e,fmt"], names), ["fmt", "e2e"]);
  assert.deepEqual(parseTest(["--only=e2e"], names), ["e2e"]);
  assert.throws(() => parseTest(["--only", "nothing"], names), Stop);
  assert.throws(() => parseTest(["e2e"], names), Stop);
});

test("a package is made for the system it is made on", () => {
  assert.deepEqual(parseBuild([], "linux"), { bundle: "deb", help: false });
  assert.deepEqual(parseBuild(["--bundle", "appimage"], "linux"), {
    bundle: "appimage",
    help: false,
  });
  assert.deepEqual(parseBuild(["--bundle=dmg"], "darwin"), { bundle: "dmg", help: false });
  assert.equal(parseBuild(["--help"], "win32").help, true);
  assert.throws(() => parseBuild(["--bundle", "msi"], "linux"), Stop);
  assert.throws(() => parseBuild(["--bundle"], "linux"), Stop);
  assert.throws(() => parseBuild(["deb"], "linux"), Stop);
  assert.throws(() => parseBuild([], "plan9"), Stop);
});
