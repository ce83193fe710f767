// `npm run setup`: installs everything that `npm start` and `npm test` need, and builds nothing of Wheelhouse.
// For machines that are prepared once and used without a network or without a person.

import { freshLog, installModules, modulesAreStale } from "./lib/build.mjs";
import { allChecks } from "./lib/checks.mjs";
import { runScript } from "./lib/errors.mjs";
import {
  BUILD_PACKAGES,
  checkToolchains,
  installPackages,
  missingPackages,
  TEST_PACKAGES,
} from "./lib/machine.mjs";
import { say } from "./lib/say.mjs";
import { hasTool, installTool } from "./lib/tools.mjs";

async function main() {
  checkToolchains();
  const packages = missingPackages([...BUILD_PACKAGES, ...TEST_PACKAGES]);
  if (packages.length > 0) {
    await installPackages(packages, `Install ${packages.join(", ")}`, freshLog("packages"));
  }
  if (modulesAreStale()) await installModules("Install the interface's packages");
  for (const { tool } of allChecks()) if (tool && !hasTool(tool)) await installTool(tool);
  say("Everything that npm start and npm test need is installed.");
  return 0;
}

await runScript(main);
