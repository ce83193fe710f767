// Tries the client of tool servers against servers that were not written here, from the registry of npm. What it installs stays in the
// cargo target folder and is used again.
//
//   npm run test:tool-servers

import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { buildEnv, root, targetFolder } from "../../src-tauri/scripts/lib/places.mjs";

const VERSION = "2026.8.31";
const SERVERS = ["everything", "filesystem", "memory"];

/** @param {string} command @param {string[]} words @param {string} cwd @param {NodeJS.ProcessEnv} [env] */
function run(command, words, cwd, env) {
  const done = spawnSync(command, words, { cwd, stdio: "inherit", env: { ...buildEnv, ...env } });
  if (done.status !== 0) throw new Error(`${command} ${words[0]} failed`);
}

/** The folder with the servers, installed where they are not. */
function installed() {
  const folder = join(targetFolder, "foreign", `tool-servers-${VERSION}`);
  const names = SERVERS.map((name) => `@modelcontextprotocol/server-${name}`);
  if (!names.every((name) => existsSync(join(folder, "node_modules", name, "package.json")))) {
    mkdirSync(folder, { recursive: true });
    const dependencies = Object.fromEntries(names.map((name) => [name, VERSION]));
    writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true, dependencies }));
    run("npm", ["install", "--no-audit", "--no-fund", "--ignore-scripts"], folder);
  }
  return folder;
}

try {
  const env = { FOREIGN_TOOL_SERVERS: installed() };
  const tests = ["nextest", "run", "-p", "wheelhouse-mcp", "--test", "servers", "--run-ignored", "only"];
  run("cargo", [...tests, "-E", "test(foreign::)"], root, env);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
