// `npm run test:remote`: the way to a server under faults and under pressure, more than `npm test` has time for: about half an
// hour, ten minutes of which are a soak. One line for each bar: name, value, bar, `ok` or `short`. Being short fails nothing where
// it is a matter of speed; a test that fails does.

import { tryDocument } from "../../tests/foreign/schemathesis.mjs";
import { buildProgram, cargo } from "./lib/build.mjs";
import { runScript, Stop } from "./lib/errors.mjs";
import { checkToolchains } from "./lib/machine.mjs";
import { Line, say } from "./lib/say.mjs";

const SCENARIOS = 500;
const FOLLOWERS = 100;
const SOAK_SECONDS = 600;
const KILLS = 200;

/** What is tried more often than in `npm test`, and where its figures stand in what it prints. */
const TESTS = [
  {
    name: "faults on the way, scripted server",
    words: [
      "-p",
      "wheelhouse-api",
      "--test",
      "remote",
      "nothing_is_missed_and_nothing_comes_twice",
    ],
    env: { WHEELHOUSE_REMOTE_SCENARIOS: String(SCENARIOS) },
    figures: /^\d+ scenarios, .*$/m,
    bar: `${SCENARIOS} scenarios, none missed, doubled or stuck`,
  },
  {
    name: "faults on the way, real server",
    words: ["-p", "wheelhouse-tests", "--test", "integration", "remote::"],
    env: { WHEELHOUSE_REMOTE_FOLLOWERS: String(FOLLOWERS) },
    figures: /^\d+ followers, .*$/m,
    bar: `${FOLLOWERS} followers, none missed, doubled or stuck`,
  },
  {
    name: "kills while a run moves",
    words: ["-p", "wheelhouse-tests", "--test", "crash", "moving::"],
    env: { WHEELHOUSE_CRASH_MOVES: String(KILLS) },
    figures: /(?<=^kills while a run moves: )\d+, .*$/m,
    bar: `${KILLS} kills, never two owners, none lost, none done twice`,
  },
];

async function main() {
  checkToolchains();
  /** @type {string[]} */
  const lines = [];
  for (const { name, words, env, figures, bar } of TESTS) {
    const test = ["test", "--locked", ...words, "--", "--nocapture"];
    const value = figures.exec(await tried(`Try ${name}`, test, env))?.[0];
    lines.push(
      `${name}: ${value ?? "the test told no figures"}, bar ${bar}, ${value ? "ok" : "short"}`,
    );
  }
  lines.push(await document());
  const flood = ["test", "--locked", "--release", "-p", "wheelhouse-server", "--test", "flood"];
  const drowned = await tried("Flood a server", [...flood, "--", "--ignored", "--nocapture"], {});
  lines.push(...drowned.split("\n").filter((text) => text.startsWith("honest client")));
  const bench = ["bench", "--locked", "-p", "wheelhouse-tests", "--bench", "remote"];
  const soak = { WHEELHOUSE_SOAK_SECONDS: String(SOAK_SECONDS) };
  lines.push((await tried("Put a server under pressure", bench, soak)).trim());
  say(`\n${lines.join("\n")}`);
  return 0;
}

/** The interface against its own document, by a tool that was not written here. */
async function document() {
  const program = await buildProgram("Build the server", {
    release: false,
    name: "wheelhouse-server",
  });
  const line = new Line("Try the interface against its document");
  const { good, generated, words } = await tryDocument(program);
  line.end(good ? "done" : "failed");
  if (!good) {
    say(words);
    throw new Stop("The interface is not what its document says.", "The lines above say where.");
  }
  return `requests made from the document: ${generated} passed, bar no fault and no breach, ok`;
}

/** @param {string} label @param {string[]} words @param {NodeJS.ProcessEnv} env */
const tried = (label, words, env) =>
  cargo(label, words, { log: "test-remote", failed: "The way to a server does not hold.", env });

await runScript(main);
