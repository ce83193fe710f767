// The processes that the tests start. Each gets a process group of its own, and every group is ended by its id:
// at the end of a test, on failure, and when the tests themselves are interrupted. Nothing is found by name.

import { spawn } from "node:child_process";
import { appendFileSync, readdirSync, readFileSync } from "node:fs";
import { until } from "./until.mjs";

/** @type {Set<import("node:child_process").ChildProcess>} */
const live = new Set();

for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"])) {
  process.on(signal, () => {
    endAllNow();
    process.exit(1);
  });
}
process.on("exit", endAllNow);

function endAllNow() {
  for (const child of live) signalGroup(child, "SIGKILL");
}

/**
 * Starts a program in a process group of its own.
 * @param {string} command
 * @param {string[]} args
 * @param {object} options
 * @param {NodeJS.ProcessEnv} options.env
 * @param {string} options.log File that gets its output, appended.
 * @param {number} [options.pipes] How many more pipes it gets, from file descriptor 3 on.
 */
export function startChild(command, args, { env, log, pipes = 0 }) {
  const child = spawn(command, args, {
    env,
    detached: true,
    stdio: ["ignore", "pipe", "pipe", ...Array(pipes).fill("pipe")],
  });
  live.add(child);
  child.on("close", () => live.delete(child));
  child.on("error", (error) => appendFileSync(log, `${command}: ${error.message}\n`));
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on("data", (chunk) => appendFileSync(log, chunk));
  }
  return child;
}

/**
 * Ends a program and what it started; the hard way when it does not listen.
 * @param {import("node:child_process").ChildProcess} child
 */
export async function endChild(child) {
  const gone = () => child.exitCode !== null || child.signalCode !== null;
  // The program itself first: it ends its own children in order.
  child.kill("SIGTERM");
  try {
    await until("the process to end", () => gone(), 5000);
  } catch {
    // Below it is ended for certain.
  }
  signalGroup(child, "SIGKILL");
  live.delete(child);
}

/**
 * @param {import("node:child_process").ChildProcess} child
 * @param {NodeJS.Signals} signal
 */
function signalGroup(child, signal) {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== "ESRCH") throw error;
  }
}

/**
 * The processes below one, each with its name.
 * @param {number} ancestor
 * @returns {{ pid: number, name: string }[]}
 */
export function descendants(ancestor) {
  const all = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .map(readProcess)
    .filter((each) => each !== null);
  const below = (/** @type {number} */ parent) =>
    all.filter((each) => each.parent === parent).flatMap((each) => [each, ...below(each.pid)]);
  return below(ancestor).map(({ pid, name }) => ({ pid, name }));
}

/** @param {number} pid */
function readProcess(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const [, name, state, parent] = /^\d+ \((.*)\) (\S) (\d+)/s.exec(stat) ?? [];
    // A zombie has ended; it only waits for its parent to notice.
    return state === undefined || state === "Z" ? null : { pid, name, parent: Number(parent) };
  } catch {
    return null; // It ended while we looked.
  }
}

/**
 * Whether a process is there.
 * @param {number} pid
 */
export function isAlive(pid) {
  return readProcess(pid) !== null;
}
