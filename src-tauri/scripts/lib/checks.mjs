// The checks of the project, in the order in which they run: what is quick first, what needs both cores last.
// The files of the interface come before everything that compiles the desktop program, which has them inside.

import { readdirSync } from "node:fs";
import { join } from "node:path";
import { root } from "./places.mjs";
import { hasNextest } from "./tools.mjs";

/**
 * @typedef {object} Check
 * @property {string} name What `--only` takes.
 * @property {string} title What people read.
 * @property {string[]} command
 * @property {string[]} needs Checks whose failure makes this one pointless.
 * @property {Record<string, string>} [env]
 * @property {boolean} [window] Needs the programs that drive a real window.
 * @property {import("./tools.mjs").Tool} [tool] A program that it needs from the crates registry.
 */

/** @returns {Check[]} */
export function allChecks() {
  return [
    { name: "scripts", title: "Tests of the scripts", command: scriptTests(), needs: [] },
    {
      name: "fmt",
      title: "Rust is formatted",
      command: ["cargo", "fmt", "--all", "--check"],
      needs: [],
    },
    {
      name: "ui-build",
      title: "The interface builds",
      command: ["node", "src-tauri/scripts/build-ui.mjs"],
      needs: [],
    },
    { name: "tsc", title: "TypeScript has no errors", command: npm("ui:check"), needs: [] },
    { name: "biome", title: "TypeScript is tidy", command: npm("ui:lint"), needs: [] },
    {
      name: "knip",
      title: "TypeScript has nothing unused",
      command: npm("unused"),
      needs: [],
    },
    {
      name: "machete",
      title: "Rust has no unused dependencies",
      command: ["cargo", "machete"],
      needs: [],
      tool: "cargo-machete",
    },
    { name: "vitest", title: "Tests of the interface", command: npm("ui:test"), needs: [] },
    {
      name: "clippy",
      title: "Rust has no warnings",
      command: [
        "cargo",
        "clippy",
        "--workspace",
        "--all-targets",
        "--locked",
        "--",
        "-D",
        "warnings",
      ],
      needs: ["ui-build"],
    },
    {
      name: "nextest",
      title: "Tests of the program",
      command: rustTests(),
      needs: ["ui-build"],
    },
    {
      name: "build",
      title: "The program builds",
      command: [
        "cargo",
        ...["build", "--locked", "-p", "wheelhouse", "--bin", "wheelhouse"],
        ...["-p", "wheelhouse-testkit", "--bin", "fake-models"],
        ...["-p", "wheelhouse-server", "--bin", "wheelhouse-server"],
      ],
      needs: ["ui-build"],
    },
    {
      name: "e2e",
      title: "Tests in the real window",
      command: ["node", "tests/e2e/run.mjs"],
      needs: ["ui-build", "build"],
      window: true,
      tool: "tauri-driver",
    },
  ];
}

/** @param {string} script */
function npm(script) {
  return ["npm", "run", "--silent", script];
}

function scriptTests() {
  const folder = "src-tauri/scripts/lib";
  const files = readdirSync(join(root, folder)).filter((name) => name.endsWith(".test.mjs"));
  return ["node", "--test", ...files.map((name) => `${folder}/${name}`)];
}

function rustTests() {
  return hasNextest()
    ? ["cargo", "nextest", "run", "--workspace", "--locked", "--no-fail-fast"]
    : ["cargo", "test", "--workspace", "--locked", "--no-fail-fast", "--lib", "--bins", "--tests"];
}

/**
 * The names, and everything that they need.
 * @param {Check[]} checks
 * @param {string[]} names
 */
export function withNeeds(checks, names) {
  const wanted = new Set(names);
  for (const check of [...checks].reverse()) {
    if (wanted.has(check.name)) for (const need of check.needs) wanted.add(need);
  }
  return checks.filter((check) => wanted.has(check.name));
}

/**
 * The checks that stand in the way of one.
 * @param {Check} check
 * @param {Map<string, "passed" | "failed" | "not run">} results
 */
export function blockedBy(check, results) {
  return check.needs.filter((need) => results.has(need) && results.get(need) !== "passed");
}

/**
 * The table at the end.
 * @param {{ name: string, result: string, milliseconds: number }[]} rows
 */
export function table(rows) {
  const width = Math.max(...rows.map((row) => row.name.length), "check".length);
  const line = (
    /** @type {string} */ name,
    /** @type {string} */ result,
    /** @type {string} */ time,
  ) => `${name.padEnd(width)}  ${result.padEnd(7)}  ${time.padStart(8)}`;
  const body = rows.map((row) => line(row.name, row.result, (row.milliseconds / 1000).toFixed(1)));
  return [line("check", "result", "seconds"), "-".repeat(width + 19), ...body].join("\n");
}
