// Starts programs, keeps their output in a log and says from time to time that they are still at work.
// Every program that is started here ends with the script, by its own id.

import { spawn } from "node:child_process";
import { createWriteStream, mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { Interrupted } from "./errors.mjs";
import { buildEnv, root } from "./places.mjs";
import { duration, plain } from "./words.mjs";

const HEARTBEAT_MS = 30_000;
const TAIL_LINES = 60;

/** @type {Set<import("node:child_process").ChildProcess>} */
const children = new Set();
/** @type {"SIGINT" | "SIGTERM" | "SIGHUP" | null} */
let interruptedBy = null;

for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"])) {
  process.on(signal, () => {
    interruptedBy ??= signal;
    for (const child of children) child.kill(signal === "SIGINT" ? "SIGINT" : "SIGTERM");
  });
}

/** Throws when the person has asked to end. */
function checkInterrupted() {
  if (interruptedBy) throw new Interrupted(interruptedBy);
}

/**
 * @typedef {object} Outcome
 * @property {number} code Exit code; 128 and more when a signal ended it.
 * @property {string} stdout What it wrote to its standard output; empty unless asked for.
 * @property {string[]} tail The last lines of its output.
 * @property {number} milliseconds How long it ran.
 */

/**
 * Runs a program to its end. A program that cannot be started gives code 127.
 * @param {string} command
 * @param {string[]} args
 * @param {object} [options]
 * @param {string} [options.log] File that gets all output, appended.
 * @param {boolean} [options.keepStdout] Give standard output back instead of logging it.
 * @param {Record<string, string | undefined>} [options.env] Environment beside the usual one.
 * @param {string} [options.cwd]
 * @param {(line: string) => void} [options.onLine] Called with each line of output.
 * @param {(elapsed: string, text: string) => void} [options.onHeartbeat] Called every 30 s with the last line.
 * @param {boolean} [options.terminal] Hand the terminal to the program, for one that asks something.
 * @returns {Promise<Outcome>}
 */
export function run(command, args, options = {}) {
  checkInterrupted();
  const began = performance.now();
  const output = options.terminal ? "inherit" : "pipe";
  const child = spawn(command, args, {
    cwd: options.cwd ?? root,
    env: { ...buildEnv, ...options.env },
    stdio: [options.terminal ? "inherit" : "ignore", output, output],
  });
  children.add(child);
  const sink = collect(child, options);
  const heartbeat = setInterval(() => {
    options.onHeartbeat?.(duration(performance.now() - began), sink.kept.last.trim());
  }, HEARTBEAT_MS);

  return new Promise((resolve, reject) => {
    const end = (/** @type {number} */ code) => {
      clearInterval(heartbeat);
      children.delete(child);
      const milliseconds = performance.now() - began;
      const { stdout, tail } = sink.kept;
      sink.close(() => {
        if (interruptedBy) reject(new Interrupted(interruptedBy));
        else resolve({ code, stdout: stdout.join(""), tail, milliseconds });
      });
    };
    child.on("error", (error) => {
      sink.kept.tail.push(`${command} could not be started: ${error.message}`);
      end(127);
    });
    child.on("close", (code, signal) => {
      if (child.pid !== undefined) end(code ?? 128 + signalNumber(signal));
    });
  });
}

/**
 * Runs a program in the foreground: it has the terminal and gets the signals.
 * @param {string} command
 * @param {string[]} args
 * @param {Record<string, string | undefined>} [env]
 * @returns {Promise<number>} Its exit code.
 */
export function runInForeground(command, args, env = {}) {
  checkInterrupted();
  const child = spawn(command, args, {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: "inherit",
  });
  // A terminal gives Ctrl-C to the program itself; only without one it has to be passed on.
  const passOn = (/** @type {NodeJS.Signals} */ signal) => {
    if (signal !== "SIGINT" || !process.stdin.isTTY) child.kill(signal);
  };
  const signals = /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"]);
  for (const signal of signals) process.on(signal, passOn);
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => {
      for (const each of signals) process.off(each, passOn);
      resolve(code ?? 128 + signalNumber(signal));
    });
  });
}

/** @param {NodeJS.Signals | null} signal */
function signalNumber(signal) {
  return { SIGHUP: 1, SIGINT: 2, SIGQUIT: 3, SIGABRT: 6, SIGKILL: 9, SIGSEGV: 11, SIGTERM: 15 }[
    signal ?? "SIGTERM"
  ];
}

/**
 * Cuts the output into lines and hands them to whoever wants them. What a program rewrites in place (a line that
 * ends with a bare carriage return) is a sign of life, not a part of the record.
 * @param {import("node:child_process").ChildProcess} child
 * @param {Parameters<typeof run>[2]} options
 */
function collect(child, options = {}) {
  /** @type {{ stdout: string[], tail: string[], last: string }} */
  const kept = { stdout: [], tail: [], last: "no output yet" };
  if (options.log) mkdirSync(dirname(options.log), { recursive: true });
  const file = options.log ? createWriteStream(options.log, { flags: "a" }) : null;
  const take = (/** @type {string} */ line, /** @type {boolean} */ lasting) => {
    const text = plain(line).trimEnd();
    if (lasting) file?.write(`${text}\n`);
    if (!text) return;
    kept.last = text;
    options.onLine?.(text);
    if (!lasting) return;
    kept.tail.push(text);
    if (kept.tail.length > TAIL_LINES) kept.tail.shift();
  };
  const lines = (/** @type {import("node:stream").Readable | null} */ stream) => {
    let rest = "";
    stream?.setEncoding("utf8");
    stream?.on("data", (chunk) => {
      const parts = (rest + chunk).split(/(\r\n|\n|\r)/);
      rest = parts.pop() ?? "";
      for (let at = 0; at < parts.length; at += 2) take(parts[at], parts[at + 1] !== "\r");
    });
    stream?.on("end", () => rest && take(rest, true));
  };
  lines(child.stderr);
  if (options.keepStdout) {
    child.stdout?.setEncoding("utf8");
    child.stdout?.on("data", (chunk) => kept.stdout.push(chunk));
  } else {
    lines(child.stdout);
  }
  return {
    kept,
    close: (/** @type {() => void} */ then) => (file ? file.end(then) : then()),
  };
}
