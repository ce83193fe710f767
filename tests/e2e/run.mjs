// Runs the tests in the real window: starts the unseen desktop, then the test files one after the other.
// `node tests/e2e/run.mjs crew` runs only files whose name contains `crew`; a path runs that file.

import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { buildEnv, root, targetFolder } from "../../src-tauri/scripts/lib/places.mjs";
import { startDesktop } from "./harness/desktop.mjs";
import { outputFolder } from "./harness/places.mjs";

const TEST = ".test.mjs";
const folder = join(root, "tests", "e2e");

/** @returns {Promise<number>} */
async function main() {
  const program = process.env.WHEELHOUSE_PROGRAM ?? join(targetFolder, "debug", "wheelhouse");
  if (!existsSync(program)) {
    console.error(`There is no program at ${program}. Build it with: npm test -- --only build`);
    return 1;
  }
  const models = join(dirname(program), "fake-models");
  const server = join(dirname(program), "wheelhouse-server");
  rmSync(outputFolder, { recursive: true, force: true });
  mkdirSync(outputFolder, { recursive: true });
  const wanted = process.argv[2] ?? "";
  const files = wanted.endsWith(TEST)
    ? [resolve(root, wanted)]
    : readdirSync(folder)
        .filter((name) => name.endsWith(TEST) && name.includes(wanted))
        .map((name) => join(folder, name));
  const desktop = await startDesktop(buildEnv);
  try {
    return await runTests(files, {
      ...desktop.env,
      WHEELHOUSE_PROGRAM: program,
      FAKE_MODELS: models,
      WHEELHOUSE_SERVER: server,
    });
  } finally {
    await desktop.end();
  }
}

/**
 * @param {string[]} files
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<number>}
 */
function runTests(files, env) {
  const args = ["--test", "--test-concurrency=1", "--test-reporter=spec"];
  const child = spawn(process.execPath, [...args, ...files], { cwd: root, env, stdio: "inherit" });
  for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"])) {
    process.prependListener(signal, () => child.kill(signal));
  }
  return new Promise((done) => child.on("close", (code) => done(code ?? 1)));
}

process.exitCode = await main();
