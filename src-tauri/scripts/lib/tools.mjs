// Programs that the checks use and that come from the crates registry. They go to the cache folder, so the person's
// own installation is left alone; what is already on the path is used.

import { join } from "node:path";
import { freshLog } from "./build.mjs";
import { Stop } from "./errors.mjs";
import { onPath } from "./machine.mjs";
import { toolsFolder } from "./places.mjs";
import { run } from "./process.mjs";
import { Line, sayTail } from "./say.mjs";

/**
 * Installs tauri-driver unless it is there. Version 2 is the one for Tauri 2.
 * @param {string} label
 */
export async function installTauriDriver(label) {
  const log = freshLog("tauri-driver");
  const line = new Line(label);
  const outcome = await run(
    "cargo",
    ["install", "tauri-driver", "--version", "^2", "--locked", "--root", toolsFolder],
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
    throw new Stop("tauri-driver could not be installed.", "The lines above say why.");
  }
}

/** Whether tauri-driver is there. */
export function hasTauriDriver() {
  return onPath("tauri-driver") !== null;
}

/** Whether cargo-nextest is there. It is not installed: building it takes longer than it saves. */
export function hasNextest() {
  return onPath("cargo-nextest") !== null;
}
