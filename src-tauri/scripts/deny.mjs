// `npm run deny`: which crates may come in, under which licences, from where (deny.toml). Apart from `npm test`, because
// cargo-deny takes longer to install than all quick checks together. Needs no network once it and the crates are there.

import { runScript } from "./lib/errors.mjs";
import { checkToolchains } from "./lib/machine.mjs";
import { run } from "./lib/process.mjs";
import { hasTool, installTool } from "./lib/tools.mjs";

async function main() {
  checkToolchains();
  if (!hasTool("cargo-deny")) await installTool("cargo-deny");
  const { code } = await run(
    "cargo",
    ["deny", "--locked", "check", "bans", "licenses", "sources"],
    {
      terminal: true,
    },
  );
  return code;
}

await runScript(main);
