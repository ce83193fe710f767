// Tells whether something has to be made again: by the content of what it is made from, never by times, so that a
// fresh clone, a switched branch and a restored cache are all judged alike.

import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";

/**
 * A hash over the names and contents of files. Folders are taken whole; what is not there counts as such.
 * @param {string} base Names are relative to this folder.
 * @param {string[]} paths Files and folders below it.
 * @param {string[]} [skip] Names of files and folders that do not count.
 */
export function contentHash(base, paths, skip = []) {
  const hash = createHash("sha256");
  for (const file of paths.flatMap((path) => filesIn(join(base, path), skip)).sort()) {
    hash.update(`${relative(base, file)}\0`);
    hash.update(existsSync(file) ? readFileSync(file) : "absent");
    hash.update("\0");
  }
  return hash.digest("hex");
}

/**
 * @param {string} path
 * @param {string[]} skip
 * @returns {string[]}
 */
function filesIn(path, skip) {
  if (!existsSync(path) || !statSync(path).isDirectory()) return [path];
  return readdirSync(path)
    .filter((name) => !skip.includes(name))
    .flatMap((name) => filesIn(join(path, name), skip));
}

/**
 * The stamp in a file; null when there is none.
 * @param {string} file
 */
export function readStamp(file) {
  return existsSync(file) ? readFileSync(file, "utf8").trim() : null;
}

/**
 * @param {string} file
 * @param {string} stamp
 */
export function writeStamp(file, stamp) {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${stamp}\n`);
}
