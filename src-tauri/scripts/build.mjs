// `npm run build`: the package that people install, made on the system it is for. Takes long, and says where the package
// is.

import { runScript } from "./lib/errors.mjs";
import { checkToolchains } from "./lib/machine.mjs";
import { BUILD_HELP, parseBuild } from "./lib/options.mjs";
import { makePackage } from "./lib/package.mjs";
import { say } from "./lib/say.mjs";

async function main() {
  const options = parseBuild(process.argv.slice(2), process.platform);
  if (options.help) {
    say(BUILD_HELP);
    return 0;
  }
  checkToolchains();
  for (const { path, bytes } of await makePackage(options.bundle)) {
    say(`${path} (${(bytes / 1_000_000).toFixed(1)} MB)`);
  }
  return 0;
}

await runScript(main);
