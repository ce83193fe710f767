// `npm run serve`: builds the server when it has changed, and runs it. It needs no window, so none of the window's system
// packages. package.json calls it through `exec`, so that the signals reach it.

import { buildProgram, freshLog } from "./lib/build.mjs";
import { runScript } from "./lib/errors.mjs";
import {
  checkToolchains,
  installPackages,
  missingPackages,
  SERVER_PACKAGES,
} from "./lib/machine.mjs";
import { parseServe, SERVE_HELP } from "./lib/options.mjs";
import { runInForeground } from "./lib/process.mjs";
import { say } from "./lib/say.mjs";

// A build without changes takes about a second; only a longer one is worth a line.
const QUIET_BUILD_MS = 3000;

async function main() {
  const options = parseServe(process.argv.slice(2), process.env.INIT_CWD ?? process.cwd());
  if (options.help) say(SERVE_HELP);
  checkToolchains();
  const missing = missingPackages(SERVER_PACKAGES);
  if (missing.length > 0) {
    await installPackages(missing, `Install ${missing.join(", ")}`, freshLog("packages"));
  }
  const label = options.release ? "Build the optimised server" : "Build the server";
  const program = await buildProgram(label, {
    release: options.release,
    quietFor: QUIET_BUILD_MS,
    name: "wheelhouse-server",
  });
  return await runInForeground(program, options.words, {});
}

await runScript(main);
