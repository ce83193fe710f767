// The notices that go into the package: every crate and every npm package that the program is made with, under which
// licence, and the licence's text as its makers wrote it. What may come in is said in one place, deny.toml; a licence
// that is not there stops the build of the package.

import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { Stop } from "./errors.mjs";
import { buildEnv, root } from "./places.mjs";

/** Where the file is made; tauri.conf.json's folder is the root, and `gen` is not tracked. */
export const NOTICES = "gen/third-party-notices.txt";

/**
 * Licences of npm packages beyond those of deny.toml, each with its reason. The fonts are used unchanged, and their
 * licence asks only that it comes along and that nobody sells the fonts alone. The Unlicense and 0BSD ask nothing.
 * @type {Record<string, string>}
 */
const NPM_EXCEPTIONS = {
  "@fontsource-variable/inter": "OFL-1.1",
  "@fontsource-variable/jetbrains-mono": "OFL-1.1",
  isbot: "Unlicense",
  tslib: "0BSD",
};

/** Packages that are only there to build, and leave something of themselves in the interface. */
const BUILT_IN = ["tailwindcss"];

/**
 * @typedef {object} Component
 * @property {string} name
 * @property {string} version
 * @property {string} licence SPDX expression.
 * @property {string[]} makers
 * @property {string} home
 * @property {string[]} texts Licences and notices that come with it.
 */

/** Makes the file and gives how many components it names. */
export function writeNotices() {
  const allowed = allowedLicences(readFileSync(join(root, "deny.toml"), "utf8"));
  const components = [...crates(allowed), ...npmPackages(allowed)];
  const file = join(root, NOTICES);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, render(components));
  return components.length;
}

/**
 * What deny.toml allows: for all, and for single crates.
 * @param {string} text
 * @returns {{ all: string[], only: Map<string, string[]> }}
 */
export function allowedLicences(text) {
  const list = /^allow = \[([^\]]*)\]/m.exec(text)?.[1] ?? "";
  const names = (/** @type {string} */ part) =>
    [...part.matchAll(/"([^"]+)"/g)].map(([, name]) => name);
  const only = new Map();
  for (const [, crate, more] of text.matchAll(/\{ crate = "([^"]+)", allow = \[([^\]]*)\] \}/g)) {
    only.set(crate, names(more));
  }
  return { all: names(list), only };
}

/**
 * Whether an SPDX expression can be met with these licences. `AND` binds closer than `OR`.
 * @param {string} expression
 * @param {string[]} allowed
 */
export function isAllowed(expression, allowed) {
  const words = expression.replaceAll("/", " OR ").match(/\(|\)|[^\s()]+/g) ?? [];
  let at = 0;
  /** @returns {boolean} */
  const any = () => {
    let result = all();
    while (words[at] === "OR") {
      at += 1;
      result = all() || result;
    }
    return result;
  };
  const all = () => {
    let result = one();
    while (words[at] === "AND") {
      at += 1;
      result = one() && result;
    }
    return result;
  };
  const one = () => {
    if (words[at] === "(") {
      at += 1;
      const result = any();
      at += 1;
      return result;
    }
    let name = words[at++] ?? "";
    if (words[at] === "WITH") {
      name = `${name} WITH ${words[at + 1]}`;
      at += 2;
    }
    return allowed.includes(name);
  };
  return words.length > 0 && any() && at === words.length;
}

/**
 * The crates that are compiled into the program on this system.
 * @param {ReturnType<typeof allowedLicences>} allowed
 * @returns {Component[]}
 */
function crates(allowed) {
  const host = /^host: (.+)$/m.exec(output("rustc", ["-vV"]))?.[1] ?? "";
  const words = ["metadata", "--format-version", "1", "--locked", "--filter-platform", host];
  const { packages, resolve, workspace_members } = JSON.parse(output("cargo", words));
  const program = packages.find(
    (/** @type {any} */ each) => each.name === "wheelhouse" && workspace_members.includes(each.id),
  );
  const used = reachable(resolve.nodes, program.id);
  return packages
    .filter((/** @type {any} */ each) => used.has(each.id) && each.source !== null)
    .map((/** @type {any} */ each) => {
      const licence = each.license ?? "";
      const fits = [...allowed.all, ...(allowed.only.get(each.name) ?? [])];
      if (!isAllowed(licence, fits)) throw refused("crate", each.name, licence);
      return component(each, licence, dirname(each.manifest_path), each.authors, each.repository);
    });
}

/**
 * What is linked with `start`: not what only builds or tests it.
 * @param {any[]} nodes
 * @param {string} start
 */
function reachable(nodes, start) {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const seen = new Set([start]);
  const open = [start];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    for (const dep of byId.get(id).deps) {
      const linked = dep.dep_kinds.some((/** @type {any} */ each) => each.kind === null);
      if (!linked || seen.has(dep.pkg)) continue;
      seen.add(dep.pkg);
      open.push(dep.pkg);
    }
  }
  return seen;
}

/**
 * The packages that the interface is made with.
 * @param {ReturnType<typeof allowedLicences>} allowed
 * @returns {Component[]}
 */
function npmPackages(allowed) {
  const lock = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8"));
  return Object.entries(lock.packages)
    .filter(([path]) => path !== "")
    .filter(([path, entry]) => {
      const name = path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);
      return (!entry.dev && !entry.devOptional && !entry.optional) || BUILT_IN.includes(name);
    })
    .map(([path]) => {
      const folder = join(root, path);
      const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
      const licence = String(manifest.license ?? "");
      const fits = [...allowed.all, NPM_EXCEPTIONS[manifest.name] ?? ""].filter(Boolean);
      if (!isAllowed(licence, fits)) throw refused("npm package", manifest.name, licence);
      const maker = manifest.author?.name ?? manifest.author ?? "";
      const home = manifest.repository?.url ?? manifest.repository ?? manifest.homepage ?? "";
      return component(manifest, licence, folder, [maker].filter(Boolean), home);
    });
}

/**
 * @param {{ name: string, version: string }} named
 * @param {string} licence
 * @param {string} folder
 * @param {string[]} makers
 * @param {string | null} home
 * @returns {Component}
 */
function component({ name, version }, licence, folder, makers, home) {
  const files = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && /^(licen[cs]e|copying|notice|unlicense)/i.test(entry.name))
    .map((entry) => entry.name)
    .sort();
  const texts = chosen(files, licence).map((file) =>
    readFileSync(join(folder, file), "utf8").replaceAll("\r\n", "\n").trim(),
  );
  return { name, version, licence, makers, home: home ?? "", texts };
}

/**
 * Where there is a choice of licences, MIT's text is enough: it is the shortest of those that are offered.
 * @param {string[]} files
 * @param {string} licence
 */
function chosen(files, licence) {
  const choice = / OR |\//.test(licence) && !/ AND /.test(licence);
  const mit = files.filter((file) => /mit/i.test(file));
  if (!choice || mit.length === 0) return files;
  return [...mit, ...files.filter((file) => /^notice/i.test(file))];
}

/**
 * @param {string} kind
 * @param {string} name
 * @param {string} licence
 */
function refused(kind, name, licence) {
  return new Stop(
    `The ${kind} ${name} is under “${licence || "no licence"}”, which is not allowed.`,
    "Allowed licences, and the exceptions with their reasons, are in deny.toml and in src-tauri/scripts/lib/notices.mjs.",
  );
}

/**
 * The file: who is in it, then each text once, under the names of all that come with it.
 * @param {Component[]} components
 */
export function render(components) {
  const sorted = [...components].sort((a, b) => (named(a) < named(b) ? -1 : 1));
  /** @type {Map<string, string[]>} */
  const texts = new Map();
  for (const each of sorted) {
    for (const text of new Set(each.texts)) {
      texts.set(text, [...(texts.get(text) ?? []), named(each)]);
    }
  }
  const rule = "=".repeat(100);
  const lines = [
    "Wheelhouse is made with the work of others. This file names it, with its licences.",
    "",
    ...sorted.map((each) => {
      const makers = each.makers.length > 0 ? `, by ${each.makers.join(", ")}` : "";
      const home = each.home === "" ? "" : ` <${each.home.replace(/^git\+/, "")}>`;
      return `${named(each)}: ${each.licence}${makers}${home}`;
    }),
  ];
  for (const [text, names] of texts) lines.push("", rule, names.join("\n"), rule, "", text);
  const standard = [
    ["The MIT licence, for what names it and brings no text of its own", "LICENSE-MIT"],
    ["The Apache licence 2.0, for what names it and brings no text of its own", "LICENSE-APACHE"],
  ];
  for (const [title, file] of standard) {
    const text = readFileSync(join(root, file), "utf8").trim();
    // Of MIT's text, what follows the line of our own copyright.
    const body = file === "LICENSE-MIT" ? text.replace(/^Copyright.*\n+/m, "") : text;
    lines.push("", rule, title, rule, "", body);
  }
  return `${lines.join("\n")}\n`;
}

/** @param {Component} component */
function named({ name, version }) {
  return `${name} ${version}`;
}

/**
 * @param {string} command
 * @param {string[]} words
 */
function output(command, words) {
  const done = spawnSync(command, words, {
    cwd: root,
    env: buildEnv,
    encoding: "utf8",
    maxBuffer: 256 * 1024 * 1024,
  });
  if (done.status !== 0) {
    throw new Stop(`${command} ${words[0]} failed.`, (done.stderr ?? "").trim());
  }
  return done.stdout;
}
