// Tries the server's HTTP interface against its own document with Schemathesis, which was not written here: requests made up
// from the schemas, good and bad. Needs python3 with venv; what it installs stays in the cargo target folder and is used again.
// `npm run test:remote` calls it.

import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { targetFolder } from "../../src-tauri/scripts/lib/places.mjs";

const VERSION = "4.32.5";
const PATIENCE_MS = 60_000;

/** Nothing that is looked at here is a matter of how often one may ask. */
const OPTIONS = `[limits]
per_token = { per_minute = 1000000, burst = 100000 }
per_address = { per_minute = 1000000, burst = 100000 }
`;

/** What an answer must be: no fault of the server, and as the document says in status, kind and body. */
const CHECKS = [
  "not_a_server_error",
  "status_code_conformance",
  "content_type_conformance",
  "response_schema_conformance",
];

/** The tool, installed where it is not. */
function tool() {
  const venv = join(targetFolder, "foreign", `schemathesis-${VERSION}`);
  const bin = join(venv, "bin");
  if (!existsSync(join(bin, "schemathesis"))) {
    mkdirSync(dirname(venv), { recursive: true });
    for (const [command, words] of [
      ["python3", ["-m", "venv", venv]],
      [join(bin, "pip"), ["install", "--quiet", `schemathesis==${VERSION}`]],
    ]) {
      const done = spawnSync(String(command), [...words], { stdio: "inherit" });
      if (done.status !== 0) throw new Error(`${command} failed. Install python3 with venv and pip.`);
    }
  }
  return join(bin, "schemathesis");
}

/**
 * Starts a server on a folder of its own, and waits until it has said where it listens and its first token.
 * @param {string} program
 * @param {string} folder
 */
async function serve(program, folder) {
  const config = join(folder, "server.toml");
  writeFileSync(config, OPTIONS);
  const words = ["--data", join(folder, "data"), "--config", config, "--port", "0"];
  const env = { ...process.env, WHEELHOUSE_KEYS: "file", WHEELHOUSE_REHEARSAL_PACE_MS: "0" };
  const child = spawn(program, words, { env, stdio: ["ignore", "ignore", "pipe"] });
  /** @type {{ address: string, token: string }} */
  const found = await new Promise((resolve, reject) => {
    let said = "";
    const late = setTimeout(() => reject(new Error(`The server said: ${said}`)), PATIENCE_MS);
    child.once("exit", () => reject(new Error(`The server ended: ${said}`)));
    child.stderr.on("data", (chunk) => {
      said += chunk;
      const address = /listens at (\S+)/.exec(said)?.[1];
      const token = /First token[^:]*: (\S+)/.exec(said)?.[1];
      if (!address || !token || !said.includes("Stop it with")) return;
      clearTimeout(late);
      resolve({ address, token });
    });
  });
  return { child, ...found };
}

/**
 * Tries everything but what waits for a run's end and what is no exchange of HTTP. Gives the words of what was found.
 * @param {string} program The built server.
 * @returns {Promise<{ good: boolean, generated: number, words: string }>}
 */
export async function tryDocument(program) {
  const schemathesis = tool();
  const folder = mkdtempSync(join(tmpdir(), "wheelhouse-document-"));
  const server = await serve(program, folder);
  try {
    const words = [
      ...["run", `${server.address}/api/openapi.json`],
      ...["--header", `Authorization: Bearer ${server.token}`],
      ...["--checks", CHECKS.join(","), "--max-examples", "8", "--no-color"],
      ...["--exclude-path", "/api/events", "--exclude-operation-id", "execute_workflow"],
      // Made-up commands are not started.
      ...["--exclude-operation-id", "inspect_tool_server", "--exclude-operation-id", "allow_tool"],
    ];
    const done = await new Promise((resolve) => {
      const child = spawn(schemathesis, words, { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
      let said = "";
      for (const stream of [child.stdout, child.stderr]) {
        stream.on("data", (chunk) => {
          said += chunk;
        });
      }
      child.once("close", (code) => resolve({ code, said }));
    });
    const generated = Number(/(\d+) generated/.exec(done.said)?.[1] ?? 0);
    return { good: done.code === 0 && generated > 0, generated, words: done.said };
  } finally {
    const gone = new Promise((resolve) => server.child.once("exit", resolve));
    server.child.kill("SIGINT");
    await gone;
    rmSync(folder, { recursive: true, force: true });
  }
}
