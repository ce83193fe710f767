// Checks what the machine must bring along and installs what the system's package manager can install.
// Rust and Node are not installed here: how is the person's choice, so the message says where to get them.

import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { Stop } from "./errors.mjs";
import { buildEnv, oldestNode, oldestRust, root } from "./places.mjs";
import { run } from "./process.mjs";
import { Line, sayTail } from "./say.mjs";
import { atLeast } from "./words.mjs";

/** What the program is built with. The first brings headers for the webview, GTK and their friends. */
export const BUILD_PACKAGES = [
  "libwebkit2gtk-4.1-dev",
  "libdbus-1-dev",
  "build-essential",
  "pkg-config",
];

/** What the server is built with: it has no window. */
export const SERVER_PACKAGES = ["libdbus-1-dev", "build-essential", "pkg-config"];

/** What the checks in the real window need besides. */
export const TEST_PACKAGES = ["webkit2gtk-driver", "xvfb", "dbus"];

/** Throws when Node or Rust is missing or too old. */
export function checkToolchains() {
  const node = oldestNode();
  if (!atLeast(process.versions.node, node)) {
    throw new Stop(
      `Wheelhouse needs Node ${node} or newer; this is ${process.versions.node}.`,
      "Install a newer one from https://nodejs.org and run the command again.",
    );
  }
  const rust = oldestRust();
  const version = /^rustc ([\d.]+)/.exec(output("rustc", ["--version"]))?.[1];
  if (!version || !onPath("cargo")) {
    throw new Stop(
      "Wheelhouse is built with Rust, which is not on this machine.",
      "Install it from https://rustup.rs, open a new terminal and run the command again.",
    );
  }
  if (!atLeast(version, rust)) {
    throw new Stop(
      `Wheelhouse needs Rust ${rust} or newer; this is ${version}.`,
      "Run `rustup update stable` and then the command again.",
    );
  }
}

/**
 * The packages of the list that are not installed. Empty where the system is not Debian's kind: there the build
 * itself tells what it misses.
 * @param {string[]} packages
 */
export function missingPackages(packages) {
  if (process.platform !== "linux" || !onPath("dpkg-query")) return [];
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the braces are dpkg-query's.
  const form = "${Package} ${db:Status-Status}\n";
  const known = output("dpkg-query", ["--show", `--showformat=${form}`, ...packages]);
  const installed = known
    .split("\n")
    .filter((line) => line.endsWith(" installed"))
    .map((line) => line.split(" ")[0]);
  return packages.filter((name) => !installed.includes(name));
}

/**
 * Installs packages of the system, or stops with the command that does.
 * @param {string[]} packages
 * @param {string} label
 * @param {string} log
 */
export async function installPackages(packages, label, log) {
  const install = ["apt-get", "install", "--yes", "--no-install-recommends", ...packages];
  const prefix = rootPrefix();
  if (!onPath("apt-get") || !prefix) {
    throw new Stop(
      `These packages of the system are missing: ${packages.join(", ")}.`,
      `Run this, then the command again:\n  sudo ${install.join(" ")}`,
    );
  }
  const line = new Line(label);
  const options = {
    log,
    env: { DEBIAN_FRONTEND: "noninteractive" },
    onLine: (/** @type {string} */ text) => line.detail(text),
    onHeartbeat: (/** @type {string} */ elapsed, /** @type {string} */ text) =>
      line.heartbeat(elapsed, text),
  };
  const call = (/** @type {string[]} */ words) => run(words[0], words.slice(1), options);
  // Lists that are old or were never fetched are the usual reason for a first try to fail.
  let outcome = await call([...prefix, ...install]);
  if (outcome.code !== 0) {
    await call([...prefix, "apt-get", "update"]);
    outcome = await call([...prefix, ...install]);
  }
  line.end(outcome.code === 0 ? "done" : "failed");
  if (outcome.code !== 0) {
    sayTail(outcome.tail.slice(-15), log);
    throw new Stop(
      "The system's packages could not be installed.",
      `Run this and see what it says:\n  sudo ${install.join(" ")}`,
    );
  }
}

/** What to put in front of a command so that it runs as root; null when that is not possible. */
function rootPrefix() {
  if (process.getuid?.() === 0) return [];
  if (!onPath("sudo")) return null;
  // Asking for the password needs a terminal, and happens before a line is being rewritten.
  const asked = process.stdin.isTTY
    ? ["sudo", "--validate"]
    : ["sudo", "--non-interactive", "true"];
  const { status } = spawnSync(asked[0], asked.slice(1), { stdio: "inherit" });
  return status === 0 ? ["sudo", "--non-interactive", "--preserve-env=DEBIAN_FRONTEND"] : null;
}

/** Whether a window could be shown. */
export function hasDisplay() {
  if (process.platform !== "linux") return true;
  return Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);
}

/**
 * Where a program is; null when it is nowhere on the path.
 * @param {string} program
 */
export function onPath(program) {
  const folders = (buildEnv.PATH ?? "").split(delimiter).filter(Boolean);
  return folders.map((folder) => join(folder, program)).find((file) => existsSync(file)) ?? null;
}

/**
 * @param {string} command
 * @param {string[]} args
 */
function output(command, args) {
  const result = spawnSync(command, args, { cwd: root, env: buildEnv, encoding: "utf8" });
  return result.stdout ?? "";
}
