// Builds the interface unless it is that of the sources already, and remembers so: `npm start` after `npm test` has
// nothing left to do, and the program with the interface inside is not built twice.

import { buildUi, uiIsStale } from "./lib/build.mjs";
import { runScript } from "./lib/errors.mjs";
import { say } from "./lib/say.mjs";

async function main() {
  if (uiIsStale()) await buildUi("Build the interface");
  else say("The interface is that of the sources.");
  return 0;
}

await runScript(main);
