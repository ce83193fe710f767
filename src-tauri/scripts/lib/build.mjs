// Makes the interface and the program, each only when what it is made from has changed.

import { rmSync } from "node:fs";
import { join } from "node:path";
import { Stop } from "./errors.mjs";
import { logsFolder, root, stampsFolder } from "./places.mjs";
import { run } from "./process.mjs";
import { Line, sayTail } from "./say.mjs";
import { contentHash, readStamp, writeStamp } from "./stamps.mjs";

const modulesStamp = join(root, "node_modules", ".wheelhouse-stamp");
const uiStamp = join(stampsFolder, "ui");

function modulesHash() {
  const files = contentHash(root, ["package-lock.json", ".npmrc"]);
  return `${files} node ${process.versions.node.split(".")[0]}`;
}

/** Whether node_modules is not what the lock file says. */
export function modulesAreStale() {
  return readStamp(modulesStamp) !== modulesHash();
}

/**
 * Installs exactly what the lock file says.
 * @param {string} label
 */
export async function installModules(label) {
  await step(label, "npm-ci", "npm", ["ci", "--no-audit", "--no-fund"]);
  writeStamp(modulesStamp, modulesHash());
}

// The output is part of the stamp: whoever changed or emptied it by hand gets it made again.
function uiHash(sources = uiSourcesHash()) {
  return `${sources} ${contentHash(root, ["ui/dist"])}`;
}

function uiSourcesHash() {
  return contentHash(root, ["ui", "package-lock.json"], ["dist", "dev"]);
}

/** Whether the built interface is not that of the sources. */
export function uiIsStale() {
  return readStamp(uiStamp) !== uiHash();
}

/**
 * Builds the files that the window loads.
 * @param {string} label
 */
export async function buildUi(label) {
  rmSync(uiStamp, { force: true });
  // Taken before the build: what is edited during it counts as new.
  const sources = uiSourcesHash();
  await step(label, "vite", "npm", ["run", "--silent", "ui:build"]);
  writeStamp(uiStamp, uiHash(sources));
}

/** The programs that can be built, and what cargo must be told beside the name. */
const PROGRAMS = {
  wheelhouse: [],
  "wheelhouse-server": ["--package", "wheelhouse-server"],
};

/**
 * Builds a program and gives its path.
 * @param {string} label
 * @param {{ release: boolean, quietFor?: number, name?: keyof typeof PROGRAMS }} options `quietFor`: say nothing
 *   when it takes less, in ms. `name`: the desktop program where none is named.
 */
export async function buildProgram(label, options) {
  const name = options.name ?? "wheelhouse";
  const log = freshLog("program");
  /** @type {Line | null} */
  let line = null;
  const show = setTimeout(() => {
    line = new Line(label);
  }, options.quietFor ?? 0);
  const args = [
    "build",
    "--locked",
    ...PROGRAMS[name],
    "--bin",
    name,
    "--message-format=json-render-diagnostics",
  ];
  if (options.release) args.push("--release");
  const outcome = await run("cargo", args, {
    log,
    keepStdout: true,
    env: { CARGO_TERM_PROGRESS_WHEN: "always", CARGO_TERM_PROGRESS_WIDTH: "100" },
    onLine: (text) => line?.detail(progress(text)),
    onHeartbeat: (elapsed, text) => line?.heartbeat(elapsed, progress(text)),
  }).finally(() => clearTimeout(show));
  const ended = /** @type {Line | null} */ (line);
  ended?.end(outcome.code === 0 ? "done" : "failed");
  const program = executable(outcome.stdout, name);
  if (outcome.code !== 0 || !program) {
    sayTail(outcome.tail, log);
    throw new Stop("The program could not be built.", "The lines above say why.");
  }
  return program;
}

/**
 * The part of cargo's own progress that tells something: `214/512: tauri, wry`.
 * @param {string} text
 */
export function progress(text) {
  return /\]\s+(\d+\/\d+.*)$/.exec(text)?.[1] ?? text.trim();
}

/**
 * The program that cargo says it built.
 * @param {string} messages One JSON object in each line.
 * @param {string} name Of the program.
 * @returns {string | null}
 */
export function executable(messages, name) {
  for (const text of messages.split("\n")) {
    if (!text.startsWith('{"reason":"compiler-artifact"')) continue;
    const message = JSON.parse(text);
    if (message.target?.name === name && message.executable) return message.executable;
  }
  return null;
}

/**
 * Runs cargo to its end and gives what it printed on standard output.
 * @param {string} label
 * @param {string[]} words
 * @param {{ log: string, failed: string, env?: NodeJS.ProcessEnv }} options `log`: its name. `failed`: what is said
 *   where it does not succeed.
 */
export async function cargo(label, words, options) {
  const log = freshLog(options.log);
  const line = new Line(label);
  // Thousands of connections need as many file handles as the system allows.
  const shell = ["-c", 'ulimit -n "$(ulimit -H -n)"; exec cargo "$@"', "cargo", ...words];
  const outcome = await run("sh", shell, {
    log,
    env: options.env,
    keepStdout: true,
    onLine: (text) => line.detail(text),
    onHeartbeat: (elapsed, text) => line.heartbeat(elapsed, text),
  });
  line.end(outcome.code === 0 ? "done" : "failed");
  if (outcome.code !== 0) {
    sayTail(outcome.tail, log);
    throw new Stop(options.failed, "The lines above say why.");
  }
  return outcome.stdout;
}

/**
 * A step of the preparation that must succeed.
 * @param {string} label
 * @param {string} name
 * @param {string} command
 * @param {string[]} args
 */
async function step(label, name, command, args) {
  const log = freshLog(name);
  const line = new Line(label);
  const outcome = await run(command, args, {
    log,
    onLine: (text) => line.detail(text),
    onHeartbeat: (elapsed, text) => line.heartbeat(elapsed, text),
  });
  line.end(outcome.code === 0 ? "done" : "failed");
  if (outcome.code !== 0) {
    sayTail(outcome.tail, log);
    throw new Stop(`${command} ${args.join(" ")} failed.`, "The lines above say why.");
  }
}

/** @param {string} name */
export function freshLog(name) {
  const log = join(logsFolder, `${name}.log`);
  rmSync(log, { force: true });
  return log;
}
