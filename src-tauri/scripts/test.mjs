// `npm test`: every check of the project, the real window included. One failure stops nothing but what needs it.
// The output of each check goes to a log; its end is shown when the check fails.

import { freshLog, installModules, modulesAreStale } from "./lib/build.mjs";
import { allChecks, blockedBy, table, withNeeds } from "./lib/checks.mjs";
import { runScript } from "./lib/errors.mjs";
import {
  BUILD_PACKAGES,
  checkToolchains,
  installPackages,
  missingPackages,
  TEST_PACKAGES,
} from "./lib/machine.mjs";
import { parseTest } from "./lib/options.mjs";
import { logsFolder } from "./lib/places.mjs";
import { run } from "./lib/process.mjs";
import { Line, say, sayTail } from "./lib/say.mjs";
import { hasNextest, hasTool, installTool } from "./lib/tools.mjs";

/** @typedef {import("./lib/checks.mjs").Check} Check */

async function main() {
  const all = allChecks();
  const names = parseTest(
    process.argv.slice(2),
    all.map((check) => check.name),
  );
  const checks = withNeeds(all, names);
  checkToolchains();
  await prepare(checks);
  if (!hasNextest()) say("cargo-nextest is not installed: the tests run with cargo test.");
  const rows = await runAll(checks);
  const failed = rows.filter((row) => row.result !== "passed").length;
  say(`\n${table(rows)}\n\nLogs: ${logsFolder}`);
  say(`${rows.length - failed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

/** @param {Check[]} checks */
async function prepare(checks) {
  const window = checks.some((check) => check.window);
  const packages = missingPackages([...BUILD_PACKAGES, ...(window ? TEST_PACKAGES : [])]);
  if (packages.length > 0) {
    await installPackages(packages, `Install ${packages.join(", ")}`, freshLog("packages"));
  }
  if (modulesAreStale()) await installModules("Install the interface's packages");
  for (const { tool } of checks) if (tool && !hasTool(tool)) await installTool(tool);
}

/** @param {Check[]} checks */
async function runAll(checks) {
  /** @type {Map<string, "passed" | "failed" | "not run">} */
  const results = new Map();
  const rows = [];
  for (const [index, check] of checks.entries()) {
    const label = `[${index + 1}/${checks.length}] ${check.title} (${check.name})`;
    const blockers = blockedBy(check, results);
    const { result, milliseconds } =
      blockers.length > 0 ? skip(label, blockers) : await runOne(label, check);
    results.set(check.name, result);
    rows.push({ name: check.name, result, milliseconds });
  }
  return rows;
}

/**
 * @param {string} label
 * @param {string[]} blockers
 */
function skip(label, blockers) {
  say(`${label}: not run, because ${blockers.join(" and ")} failed`);
  return { result: /** @type {const} */ ("not run"), milliseconds: 0 };
}

/**
 * @param {string} label
 * @param {Check} check
 */
async function runOne(label, check) {
  const log = freshLog(check.name);
  const line = new Line(label);
  const outcome = await run(check.command[0], check.command.slice(1), {
    log,
    env: check.env,
    onLine: (text) => line.detail(text),
    onHeartbeat: (elapsed, text) => line.heartbeat(elapsed, text),
  });
  const result = /** @type {const} */ (outcome.code === 0 ? "passed" : "failed");
  line.end(result);
  if (result === "failed") sayTail(outcome.tail, log);
  return { result, milliseconds: outcome.milliseconds };
}

await runScript(main);
