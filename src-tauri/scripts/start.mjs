// `npm start`: from a fresh clone to the open window. Installs what is missing, builds what has changed, runs the
// program and ends with its code. The second time nothing but the program's own words is printed.
// package.json calls it through `exec`, so that no shell stands between npm and it and swallows the signals.

import { resolve } from "node:path";
import {
  buildProgram,
  buildUi,
  freshLog,
  installModules,
  modulesAreStale,
  uiIsStale,
} from "./lib/build.mjs";
import { runScript } from "./lib/errors.mjs";
import {
  BUILD_PACKAGES,
  checkToolchains,
  hasDisplay,
  installPackages,
  missingPackages,
} from "./lib/machine.mjs";
import { decideWindow, parseStart, programWords, START_HELP } from "./lib/options.mjs";
import { runInForeground } from "./lib/process.mjs";
import { say } from "./lib/say.mjs";

// A build without changes takes about a second; only a longer one is worth a line.
const QUIET_BUILD_MS = 3000;

async function main() {
  const typedIn = process.env.INIT_CWD ?? process.cwd();
  const options = parseStart(process.argv.slice(2), typedIn);
  if (options.help) {
    say(START_HELP);
    return 0;
  }
  const { headless, notice } = decideWindow(options, hasDisplay());
  if (notice) say(notice);
  checkToolchains();
  const program = await prepare(options.release);
  return await runInForeground(program, programWords(options, headless), dataFolder(typedIn));
}

/**
 * A data folder that is named relative to where the command was typed; npm itself runs elsewhere.
 * @param {string} typedIn
 */
function dataFolder(typedIn) {
  const named = process.env.WHEELHOUSE_DATA_DIR;
  return named ? { WHEELHOUSE_DATA_DIR: resolve(typedIn, named) } : {};
}

/** @param {boolean} release */
async function prepare(release) {
  const packages = missingPackages(BUILD_PACKAGES);
  const modules = modulesAreStale();
  const ui = modules || uiIsStale();
  const total = [packages.length > 0, modules, ui].filter(Boolean).length + 1;
  let number = 0;
  const label = (/** @type {string} */ text) => {
    number += 1;
    return `[${number}/${total}] ${text}`;
  };
  if (packages.length > 0) {
    const text = label(`Install ${packages.join(", ")}`);
    await installPackages(packages, text, freshLog("packages"));
  }
  if (modules) await installModules(label("Install the interface's packages"));
  if (ui) await buildUi(label("Build the interface"));
  return await buildProgram(label(release ? "Build the optimised program" : "Build the program"), {
    release,
    quietFor: total === 1 ? QUIET_BUILD_MS : 0,
  });
}

await runScript(main);
