// A Wheelhouse server beside the window: started on a data folder of its own, stopped as an operator stops it, and started
// again at the same address.

import { createServer } from "node:net";
import { join } from "node:path";
import { endChild, startChild } from "./children.mjs";
import { until } from "./until.mjs";

export class Server {
  /** @type {import("node:child_process").ChildProcess | null} */
  #child = null;

  /**
   * @param {string} folder Everything that the server may touch.
   * @param {string} name What it calls itself.
   */
  constructor(folder, name) {
    const program = process.env.WHEELHOUSE_SERVER;
    if (!program) throw new Error("WHEELHOUSE_SERVER must name the built server; see run.mjs.");
    this.program = program;
    this.data = join(folder, "server-data");
    this.log = join(folder, "server.log");
    this.name = name;
    this.port = 0;
    this.env = { ...process.env, WHEELHOUSE_KEYS: "file", WHEELHOUSE_REHEARSAL_PACE_MS: "25" };
  }

  /** Encrypted on loopback too, so that the certificate is pinned as it is between two machines. */
  get #flags() {
    return ["--data", this.data, "--port", String(this.port), "--name", this.name, "--tls", "on"];
  }

  get address() {
    return `https://127.0.0.1:${this.port}`;
  }

  /** The file of its tokens. */
  get tokens() {
    return join(this.data, "server", "tokens.json");
  }

  /** Starts it, and gives what it says until it listens. */
  async start() {
    this.port ||= await freePort();
    const child = startChild(this.program, this.#flags, { env: this.env, log: this.log });
    this.#child = child;
    let said = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on("data", (chunk) => {
        said += chunk;
      });
    }
    await until("the server to listen", () => {
      if (child.exitCode !== null) throw new Error(`The server ended: ${said}`);
      return /Stop it with/.test(said);
    });
    return said;
  }

  /** Stops it in order. Its runs go on at the next start. */
  async stop() {
    if (this.#child) await endChild(this.#child);
    this.#child = null;
  }
}

/**
 * The pairing code in what a server said.
 * @param {string} words
 */
export function codeIn(words) {
  const code = /\b(?:[0-9A-Z]{4}-){1,5}[0-9A-Z]{4}\b/.exec(words)?.[0];
  if (code === undefined) throw new Error(`There is no pairing code in: ${words}`);
  return code;
}

/** @returns {Promise<number>} */
function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = /** @type {import("node:net").AddressInfo} */ (server.address());
      server.close(() => resolve(address.port));
    });
  });
}
