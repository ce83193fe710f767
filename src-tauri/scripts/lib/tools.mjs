// Programs that the checks use and that come from the crates registry. They go to the cache folder, so the person's
// own installation is left alone; what is already on the path is used.

import { join } from "node:path";
import { freshLog } from "./build.mjs";
import { Stop } from "./errors.mjs";
import { onPath } from "./machine.mjs";
import { toolsFolder } from "./places.mjs";
import { run } from "./process.mjs";
import { Line, sayTail } from "./say.mjs";

/** The programs that can be installed here, each with the versions that fit. */
const VERSIONS = {
  // Version 2 is the one for Tauri 2.
  "tauri-driver": "^2",
  "cargo-machete": "^0.9",
  "cargo-deny": "^0.20",
};

/** @typedef {keyof typeof VERSIONS} Tool */

/**
 * Builds and installs a program from the crates registry. Takes minutes, once.
 * @param {Tool} tool
 */
export async function installTool(tool) {
  const log = freshLog(tool);
  const line = new Line(`Install ${tool}`);
  const outcome = await run(
    "cargo",
    ["install", tool, "--version", VERSIONS[tool], "--locked", "--root", toolsFolder],
    {
      log,
      // A folder of its own, so that it does not wait for a build that is going on.
      env: { CARGO_TARGET_DIR: join(toolsFolder, "build") },
      onLine: (text) => line.detail(text),
      onHeartbeat: (elapsed, text) => line.heartbeat(elapsed, text),
    },
  );
  line.end(outcome.code === 0 ? "done" : "failed");
  if (outcome.code !== 0) {
    sayTail(outcome.tail, log);
    throw new Stop(`${tool} could not be installed.`, "The lines above say why.");
  }
}

/**
 * Whether a program is there.
 * @param {Tool} tool
 */
export function hasTool(tool) {
  return onPath(tool) !== null;
}

/** Whether cargo-nextest is there. It is not installed: building it takes longer than it saves. */
export function hasNextest() {
  return onPath("cargo-nextest") !== null;
}
