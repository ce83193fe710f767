// What may stand after `npm start --`. Checked before anything is built, so that a slip of the fingers costs
// a second and not a build.

import { resolve } from "node:path";
import { Stop } from "./errors.mjs";

export const START_HELP = `npm start -- [options]

  --task "…"        start this task at once
  --knowledge DIR   add a folder or a file to the knowledge first
  --headless        no window: work in the terminal, end with the report
  --release         build the optimised program (slow to build, faster to run)
  --help            this text

WHEELHOUSE_DATA_DIR names the folder that holds everything the application keeps.`;

const EXAMPLE = 'npm start -- --headless --task "Explain how a run survives closing the window"';

/**
 * @typedef {object} StartOptions
 * @property {string | null} task
 * @property {string | null} knowledge Absolute path.
 * @property {boolean} headless
 * @property {boolean} release
 * @property {boolean} help
 */

/**
 * @param {string[]} words As typed after `--`.
 * @param {string} typedIn The folder that relative paths start from.
 * @returns {StartOptions}
 */
export function parseStart(words, typedIn) {
  /** @type {StartOptions} */
  const options = { task: null, knowledge: null, headless: false, release: false, help: false };
  const rest = [...words];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    const [name, attached] = splitAssignment(word);
    if (name === "--task" || name === "--knowledge") {
      const value = attached ?? rest.shift();
      if (!value?.trim()) throw new Stop(`${name} needs a value.`, START_HELP, 2);
      if (name === "--task") options.task = value;
      else options.knowledge = resolve(typedIn, value);
    } else if (attached === null && ["--headless", "--release", "--help"].includes(name)) {
      options[/** @type {"headless" | "release" | "help"} */ (name.slice(2))] = true;
    } else {
      throw new Stop(`There is no option ${word}.`, START_HELP, 2);
    }
  }
  return options;
}

/**
 * @param {string} word
 * @returns {[string, string | null]}
 */
function splitAssignment(word) {
  const at = word.startsWith("--") ? word.indexOf("=") : -1;
  return at < 0 ? [word, null] : [word.slice(0, at), word.slice(at + 1)];
}

/**
 * Falls back to the terminal where there is no display. Throws when there is then nothing to do.
 * @param {StartOptions} options
 * @param {boolean} display Whether a window could be shown.
 * @returns {{ headless: boolean, notice: string | null }}
 */
export function decideWindow(options, display) {
  const headless = options.headless || !display;
  const notice =
    headless && !options.headless ? "There is no display, so no window is opened." : null;
  if (headless && !options.task) {
    throw new Stop(
      notice ? `${notice} Without a window, a task is needed.` : "--headless needs a task.",
      `For example:\n  ${EXAMPLE}`,
      2,
    );
  }
  return { headless, notice: notice && `${notice} The task runs in this terminal.` };
}

/**
 * The words for the program itself.
 * @param {StartOptions} options
 * @param {boolean} headless
 */
export function programWords(options, headless) {
  return [
    ...(options.task === null ? [] : ["--task", options.task]),
    ...(options.knowledge === null ? [] : ["--knowledge", options.knowledge]),
    ...(headless ? ["--headless"] : []),
  ];
}

export const SERVE_HELP = `npm run serve -- [options]

  --release         build the optimised program (slow to build, faster to run)
  --help            this text, and the server's own

Everything else goes to the server: --port N, --data DIR, --host ADDRESS, pair, tokens …
Without --data it keeps everything in a folder of its own, apart from the application's.`;

/**
 * What may stand after `npm run serve --`.
 * @param {string[]} words As typed after `--`.
 * @param {string} typedIn The folder that relative paths start from.
 * @returns {{ release: boolean, help: boolean, words: string[] }} `words` are the server's.
 */
export function parseServe(words, typedIn) {
  const theirs = words.filter((word) => word !== "--release");
  return {
    release: words.includes("--release"),
    help: words.includes("--help"),
    words: theirs.map((word, index) => {
      const [name, attached] = splitAssignment(word);
      if (name === "--data" && attached) return `--data=${resolve(typedIn, attached)}`;
      return theirs[index - 1] === "--data" ? resolve(typedIn, word) : word;
    }),
  };
}

/** What a package is called, by the system that it is made on. The first of each list is the usual one. */
const BUNDLES = { linux: ["deb", "appimage"], darwin: ["dmg"], win32: ["msi"] };

export const BUILD_HELP = `npm run build -- [options]

  --bundle KIND     deb (usual) or appimage on Linux, dmg on macOS, msi on Windows
  --help            this text`;

/**
 * What may stand after `npm run build --`.
 * @param {string[]} words
 * @param {string} system As Node names it.
 * @returns {{ bundle: string, help: boolean }}
 */
export function parseBuild(words, system) {
  const kinds = BUNDLES[/** @type {keyof typeof BUNDLES} */ (system)];
  if (!kinds) throw new Stop(`There is no package for ${system}.`);
  if (words.length === 0) return { bundle: kinds[0], help: false };
  if (words.length === 1 && words[0] === "--help") return { bundle: kinds[0], help: true };
  const [name, attached] = splitAssignment(words[0]);
  const value = attached ?? words[1];
  if (name !== "--bundle" || words.length > (attached === null ? 2 : 1)) {
    throw new Stop(`Unknown: ${words.join(" ")}`, BUILD_HELP, 2);
  }
  if (!kinds.includes(value)) {
    throw new Stop(`--bundle takes ${kinds.join(" or ")} here.`, BUILD_HELP, 2);
  }
  return { bundle: value, help: false };
}

/**
 * What may stand after `npm test --`: nothing, or `--only` with names.
 * @param {string[]} words
 * @param {string[]} names Every check there is.
 * @param {string} [command] For the usage.
 * @returns {string[]} The checks to run.
 */
export function parseTest(words, names, command = "npm test") {
  if (words.length === 0) return names;
  const [name, attached] = splitAssignment(words[0]);
  const value = attached ?? words[1];
  const usage = `${command}: everything\n${command} -- --only ${names.join(",")}`;
  if (name !== "--only" || !value || words.length > (attached === null ? 2 : 1)) {
    throw new Stop(`Unknown: ${words.join(" ")}`, usage, 2);
  }
  const wanted = value.split(",").map((each) => each.trim());
  const unknown = wanted.filter((each) => !names.includes(each));
  if (unknown.length > 0) throw new Stop(`There is no check ${unknown.join(", ")}.`, usage, 2);
  return names.filter((each) => wanted.includes(each));
}

/** What `npm run bench` can measure. */
const MEASURES = ["size", "start", "memory", "event", "frames", "steps", "turns"];

/**
 * What may stand after `npm run bench --`: nothing, or `--only` with names.
 * @param {string[]} words
 * @returns {string[]} What to measure.
 */
export function parseBench(words) {
  return parseTest(words, MEASURES, "npm run bench");
}
