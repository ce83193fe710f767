// Tries the providers against LiteLLM's proxy, an OpenAI-compatible server that was not written here. Its models answer
// from `litellm.yaml`, one of them by asking the fake model server. Needs python3 with venv; what it installs stays in
// the cargo target folder and is used again.
//
//   node tests/foreign/litellm.mjs

import { spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, openSync } from "node:fs";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildEnv, root, targetFolder } from "../../src-tauri/scripts/lib/places.mjs";

const VERSION = "1.106.2";
const PATIENCE_MS = 120_000;
const here = dirname(fileURLToPath(import.meta.url));

/** @param {string} command @param {string[]} words @param {NodeJS.ProcessEnv} [env] */
function run(command, words, env) {
  const done = spawnSync(command, words, { cwd: root, stdio: "inherit", env: { ...buildEnv, ...env } });
  if (done.status !== 0) throw new Error(`${command} ${words[0]} failed`);
}

const kept = join(targetFolder, "foreign");

/** The proxy's program, installed where it is not. */
function program() {
  const venv = join(kept, `litellm-${VERSION}`);
  const bin = join(venv, "bin");
  if (!existsSync(join(bin, "litellm"))) {
    mkdirSync(dirname(venv), { recursive: true });
    run("python3", ["-m", "venv", venv]);
    run(join(bin, "pip"), ["install", "--quiet", `litellm[proxy]==${VERSION}`]);
  }
  return join(bin, "litellm");
}

/** @returns {Promise<number>} a port that is free now */
function freePort() {
  return new Promise((found, failed) => {
    const server = createServer().once("error", failed);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      const port = typeof address === "object" && address ? address.port : 0;
      server.close(() => found(port));
    });
  });
}

/**
 * Waits until the proxy answers. It gives no other sign, so it is asked.
 * @param {string} baseUrl @param {string} key @param {import("node:child_process").ChildProcess} proxy
 */
async function answering(baseUrl, key, proxy) {
  const deadline = Date.now() + PATIENCE_MS;
  while (Date.now() < deadline && proxy.exitCode === null) {
    const answer = await fetch(`${baseUrl}/models`, { headers: { authorization: `Bearer ${key}` } }).catch(
      () => null,
    );
    if (answer?.ok) return;
    await new Promise((next) => setTimeout(next, 250));
  }
  throw new Error(`the proxy does not answer; see ${join(kept, "litellm.log")}`);
}

/**
 * The crew in the real window, through the proxy to the server that plays it.
 * @param {NodeJS.ProcessEnv} env
 */
async function inWindow(env) {
  run(process.execPath, ["src-tauri/scripts/build-ui.mjs"]);
  const wheelhouse = ["-p", "wheelhouse", "--bin", "wheelhouse"];
  const models = ["-p", "wheelhouse-testkit", "--bin", "fake-models"];
  run("cargo", ["build", "--locked", ...wheelhouse, ...models], buildEnv);
  const program = join(targetFolder, "debug", "fake-models");
  const port = env.FOREIGN_UPSTREAM_PORT ?? "";
  const upstream = spawn(program, ["--port", port], { stdio: "ignore" });
  try {
    run(process.execPath, ["tests/e2e/run.mjs", "tests/foreign/window.test.mjs"], env);
  } finally {
    upstream.kill();
  }
}

async function main() {
  const litellm = program();
  const port = await freePort();
  const key = `sk-${randomBytes(12).toString("hex")}`;
  const upstream = await freePort();
  const env = {
    ...process.env,
    FOREIGN_KEY: key,
    FOREIGN_UPSTREAM: `http://127.0.0.1:${upstream}/openai/v1`,
    FOREIGN_UPSTREAM_PORT: String(upstream),
    LITELLM_LOCAL_MODEL_COST_MAP: "True",
  };
  const words = ["--config", join(here, "litellm.yaml"), "--host", "127.0.0.1", "--port", String(port)];
  // It tells every refusal at length, and half of these tests are refusals.
  const log = openSync(join(kept, "litellm.log"), "w");
  const proxy = spawn(litellm, words, { env, stdio: ["ignore", log, log] });
  try {
    const baseUrl = `http://127.0.0.1:${port}/v1`;
    await answering(baseUrl, key, proxy);
    const tests = ["nextest", "run", "-p", "wheelhouse-agents", "--test", "providers", "--run-ignored", "only"];
    run("cargo", [...tests, "-E", "test(foreign::)"], { ...env, FOREIGN_BASE_URL: baseUrl });
    await inWindow({ ...env, FOREIGN_BASE_URL: baseUrl });
  } finally {
    proxy.kill();
  }
}

main().catch((error) => {
  console.error(error.message);
  process.exitCode = 1;
});
