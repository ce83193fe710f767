// How long the program takes until it can be worked with, and how much memory it then holds while it idles.

import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { descendants, endChild, startChild } from "../e2e/harness/children.mjs";
import { until } from "../e2e/harness/until.mjs";

const STARTS = 9;
const PATIENCE_MS = 60_000;

/** A webview holds one picture more or fewer by chance, some 10 MB; so there are several starts of each window. */
const IDLE_STARTS = 3;

/** Memory counts as settled when this many readings in a row differ by no more than a megabyte. */
const SETTLED_READINGS = 5;
const READING_PAUSE_MS = 1000;

/**
 * A program with a home of its own, as a fresh user has.
 * @typedef {object} Bench
 * @property {string} program
 * @property {NodeJS.ProcessEnv} env
 * @property {string} folder
 */

/**
 * @template T
 * @param {string} program
 * @param {NodeJS.ProcessEnv} desktop
 * @param {(bench: Bench) => Promise<T>} work
 */
async function withHome(program, desktop, work) {
  const folder = mkdtempSync(join(tmpdir(), "wheelhouse-bench-"));
  const home = join(folder, "home");
  mkdirSync(home);
  const env = { ...desktop, HOME: home, WHEELHOUSE_DATA_DIR: join(folder, "data") };
  for (const name of ["XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"]) delete env[name];
  try {
    return await work({ program, env, folder });
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/**
 * When the window told that it is ready, in ms since 1970; none before.
 * @param {Bench} bench
 * @param {number} after
 */
function readyAt({ folder }, after) {
  const logs = join(folder, "data", "logs");
  for (const file of readdirSync(logs)) {
    for (const line of readFileSync(join(logs, file), "utf8").split("\n")) {
      const at = line.includes("the window is ready") ? Date.parse(line.split(/\s/)[0]) : 0;
      if (at >= after) return at;
    }
  }
  return null;
}

/**
 * @param {Bench} bench
 * @param {(child: import("node:child_process").ChildProcess, took: number) => Promise<void>} [work]
 */
async function startOnce(bench, work) {
  const began = Date.now();
  const child = startChild(bench.program, [], { env: bench.env, log: join(bench.folder, "log") });
  try {
    const at = await until("the window to be ready", () => readyAt(bench, began), PATIENCE_MS);
    await work?.(child, at - began);
    return at - began;
  } finally {
    await endChild(child);
  }
}

/**
 * Milliseconds from the start of the process to the ready window, once for each start but the first, which also makes
 * the data folder.
 * @param {string} program
 * @param {NodeJS.ProcessEnv} desktop
 */
export function startTimes(program, desktop) {
  return withHome(program, desktop, async (bench) => {
    const first = await startOnce(bench);
    const times = [];
    for (let each = 0; each < STARTS; each += 1) times.push(await startOnce(bench));
    return { first, times };
  });
}

/**
 * Megabytes that a program and everything that it started hold, each shared page counted in parts, once that has
 * settled.
 * @param {import("node:child_process").ChildProcess} child
 */
async function settledMemory(child) {
  const own = /** @type {number} */ (child.pid);
  /** @type {number[]} */
  const readings = [];
  await until(
    "memory to settle",
    async () => {
      await new Promise((next) => setTimeout(next, READING_PAUSE_MS));
      const pids = [own, ...descendants(own).map(({ pid }) => pid)];
      readings.push(pids.reduce((sum, pid) => sum + pss(pid), 0));
      const last = readings.slice(-SETTLED_READINGS);
      return last.length === SETTLED_READINGS && Math.max(...last) - Math.min(...last) <= 1;
    },
    PATIENCE_MS,
  );
  return /** @type {number} */ (readings.at(-1));
}

/** @param {number} pid */
function pss(pid) {
  const text = readFileSync(`/proc/${pid}/smaps_rollup`, "utf8");
  return (Number(/^Pss:\s+(\d+) kB$/m.exec(text)?.[1]) * 1024) / 1_000_000;
}

/**
 * Megabytes of the program and of an empty window, once for each start.
 * @param {string} program
 * @param {string} empty
 * @param {NodeJS.ProcessEnv} desktop
 */
export async function idleMemory(program, empty, desktop) {
  /** @type {number[]} */
  const own = [];
  await withHome(program, desktop, async (bench) => {
    await startOnce(bench);
    for (let each = 0; each < IDLE_STARTS; each += 1) {
      await startOnce(bench, async (child) => {
        own.push(await settledMemory(child));
      });
    }
  });
  /** @type {number[]} */
  const nothing = [];
  await withHome(empty, desktop, async (bench) => {
    for (let each = 0; each < IDLE_STARTS; each += 1) nothing.push(await emptyMemory(bench));
  });
  return { own, nothing };
}

/** @param {Bench} bench */
async function emptyMemory(bench) {
  const child = startChild(bench.program, [], { env: bench.env, log: join(bench.folder, "log") });
  try {
    const own = /** @type {number} */ (child.pid);
    // Its page is empty, so it can tell nothing: it is there when the webview's process is.
    await until(
      "the webview",
      () => descendants(own).some(({ name }) => name.startsWith("WebKitWebProces")),
      PATIENCE_MS,
    );
    return await settledMemory(child);
  } finally {
    await endChild(child);
  }
}
