// Makes the package that people install, on the system that it is for. Nothing is signed or published.

import { readdirSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { buildUi, freshLog, installModules, modulesAreStale, uiIsStale } from "./build.mjs";
import { Stop } from "./errors.mjs";
import { BUILD_PACKAGES, installPackages, missingPackages } from "./machine.mjs";
import { NOTICES, writeNotices } from "./notices.mjs";
import { targetFolder } from "./places.mjs";
import { run } from "./process.mjs";
import { Line, sayTail } from "./say.mjs";

/**
 * Prepares the machine like `npm start`, builds, and gives the packages.
 * @param {string} kind
 */
export async function makePackage(kind) {
  await prepare();
  const began = Date.now();
  await bundle(kind);
  return packages(kind, began);
}

async function prepare() {
  const missing = missingPackages(BUILD_PACKAGES);
  if (missing.length > 0) {
    await installPackages(missing, `Install ${missing.join(", ")}`, freshLog("packages"));
  }
  if (modulesAreStale()) await installModules("Install the interface's packages");
  if (uiIsStale()) await buildUi("Build the interface");
  const line = new Line("Gather the licences of what the program is made with");
  line.end(`${writeNotices()} components`);
}

/** @param {string} kind */
async function bundle(kind) {
  const log = freshLog("package");
  const line = new Line(`Build the package (${kind})`);
  // Not part of tauri.conf.json: every other build would fail for want of a file that only a package needs.
  const resources = { [NOTICES]: basename(NOTICES) };
  const config = JSON.stringify({ bundle: { resources } });
  const words = ["run", "--silent", "tauri", "--", "build", "--ci", "--bundles", kind];
  const outcome = await run("npm", [...words, "--config", config, "--", "--locked"], {
    log,
    onLine: (text) => line.detail(text),
    onHeartbeat: (elapsed, text) => line.heartbeat(elapsed, text),
  });
  line.end(outcome.code === 0 ? "done" : "failed");
  if (outcome.code !== 0) {
    sayTail(outcome.tail, log);
    throw new Stop("The package could not be built.", "The lines above say why.");
  }
}

/**
 * The packages that this build has written; those of older versions stay beside them.
 * @param {string} kind
 * @param {number} since In ms since 1970.
 */
function packages(kind, since) {
  const folder = join(targetFolder, "release", "bundle", kind);
  const found = readdirSync(folder)
    .map((name) => ({ path: join(folder, name), stat: statSync(join(folder, name)) }))
    .filter(({ path, stat }) => path.toLowerCase().endsWith(`.${kind}`) && stat.mtimeMs >= since)
    .map(({ path, stat }) => ({ path, bytes: stat.size }));
  if (found.length === 0) throw new Stop(`The build ended well, but left no package in ${folder}.`);
  return found;
}
