// Where the scripts find and keep things. Everything that a build leaves behind stays in the cache folder, outside
// the checkout, so that a fresh clone at the same place starts warm and can be thrown away.

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** The checkout. */
export const root = fileURLToPath(new URL("../../..", import.meta.url)).replace(/\/$/, "");

/** Holds builds, tools, stamps and logs. */
const cacheFolder = join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "wheelhouse");

/** Names this checkout in the cache, by where it is. */
const checkout = createHash("sha256").update(root).digest("hex").slice(0, 12);

/**
 * Where cargo builds; an existing CARGO_TARGET_DIR is respected. Each checkout has its own: cargo tells two checkouts of
 * one project apart by the time of their files only, and would take what was built from one for the other.
 */
export const targetFolder = process.env.CARGO_TARGET_DIR
  ? resolve(root, process.env.CARGO_TARGET_DIR)
  : join(cacheFolder, "builds", checkout);

/** Programs that the checks need and that are not part of the system. */
export const toolsFolder = join(cacheFolder, "tools");

/** What was built from this checkout, as hashes. */
export const stampsFolder = join(cacheFolder, "stamps", checkout);

/** Output of every step of the newest run in this checkout. */
export const logsFolder = join(cacheFolder, "logs", checkout);

/** Environment for every program that the scripts start. */
export const buildEnv = {
  ...process.env,
  CARGO_TARGET_DIR: targetFolder,
  PATH: [
    join(toolsFolder, "bin"),
    process.env.PATH,
    join(process.env.CARGO_HOME || join(homedir(), ".cargo"), "bin"),
  ].join(":"),
};

/** The oldest Rust that can build the program, as the workspace declares it: `1.94`. */
export function oldestRust() {
  const manifest = readFileSync(join(root, "Cargo.toml"), "utf8");
  return /^rust-version = "([\d.]+)"/m.exec(manifest)?.[1] ?? "0";
}

/** The oldest Node that can build the interface, as package.json declares it: `20.19`. */
export function oldestNode() {
  const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  return /([\d.]+)/.exec(manifest.engines?.node ?? "")?.[1] ?? "0";
}
