// The application under test: the built program with a data folder of its own, behind a driver of its own.

import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { descendants, endChild, isAlive, startChild } from "./children.mjs";
import { Page } from "./page.mjs";
import { outputFolder } from "./places.mjs";
import { until } from "./until.mjs";
import { call, Session } from "./webdriver.mjs";

export class App {
  #env;
  #name;
  /** @type {import("node:child_process").ChildProcess | null} */
  #driver = null;
  /** @type {Session | null} */
  #session = null;

  /**
   * @param {string} name Of the test, for logs and screenshots.
   * @param {NodeJS.ProcessEnv} [env] What the program's environment has besides.
   */
  constructor(name, env = {}) {
    const program = process.env.WHEELHOUSE_PROGRAM;
    if (!program) throw new Error("WHEELHOUSE_PROGRAM must name the built program; see run.mjs.");
    this.program = program;
    this.#name = name;
    /** Everything that this application may touch. */
    this.folder = mkdtempSync(join(tmpdir(), "wheelhouse-e2e-"));
    this.#env = { ...process.env, ...homeBelow(this.folder), ...env };
  }

  /** Opens the window; the same data as before when it was open already.
   * @param {string[]} [args] Command line of the program.
   */
  async start(...args) {
    const [port, nativePort] = [await freePort(), await freePort()];
    this.#driver = startChild(
      "tauri-driver",
      ["--port", String(port), "--native-port", String(nativePort), "--native-host", "127.0.0.1"],
      { env: this.#env, log: join(outputFolder, `${this.#name}.log`) },
    );
    // Asked through the first driver, so both are known to be there.
    const address = `http://127.0.0.1:${port}`;
    // A question that the first has passed on too early is never answered, so it is asked again soon.
    const ready = async () => (await call(`${address}/status`, "GET", undefined, 2000)).ready;
    await until("the driver", ready, 30_000);
    this.#session = await Session.open(address, this.program, args);
    return this.page;
  }

  /** @returns {Page} */
  get page() {
    if (!this.#session) throw new Error("The application is not running.");
    return new Page(this.#session);
  }

  /** The process of the application itself. */
  get pid() {
    // The kernel keeps 15 characters of a name.
    const name = basename(this.program).slice(0, 15);
    const driver = this.#driver?.pid;
    const found = driver ? descendants(driver).find((each) => each.name === name) : undefined;
    if (!found) throw new Error("The application is not running.");
    return found.pid;
  }

  /** Ends the application as a power cut would, and only it. */
  async kill() {
    const pid = this.pid;
    process.kill(pid, "SIGKILL");
    await until("the application to be gone", () => !isAlive(pid));
    await this.#endDriver();
  }

  /** Closes the window through the application itself, as a person does, and awaits the program's end. */
  async closeWindow() {
    const pid = this.pid;
    const close = "setTimeout(() => window.__TAURI_INTERNALS__.invoke('close_window'))";
    // The window may be gone before the driver has answered; whether it went is what is awaited.
    await this.page.session.execute(close).catch(() => undefined);
    await until("the application to be gone", () => !isAlive(pid));
    await this.stop();
  }

  /** Ends the session, and the driver ends the application. */
  async stop() {
    await this.#session?.close().catch(() => undefined);
    await this.#endDriver();
  }

  async #endDriver() {
    if (this.#driver) await endChild(this.#driver);
    this.#driver = null;
    this.#session = null;
  }

  /** Keeps what the window showed, for whoever looks into a failure. */
  async keepTrace() {
    if (!this.#session) return;
    await this.page.screenshot(`failed-${this.#name}`);
  }

  /** Ends everything and removes the data. */
  async remove() {
    await this.stop();
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** @param {string} folder */
function homeBelow(folder) {
  const home = {
    WHEELHOUSE_DATA_DIR: join(folder, "data"),
    HOME: join(folder, "home"),
    XDG_CONFIG_HOME: join(folder, "home", ".config"),
    XDG_DATA_HOME: join(folder, "home", ".local", "share"),
    XDG_CACHE_HOME: join(folder, "home", ".cache"),
  };
  mkdirSync(home.HOME, { recursive: true });
  return home;
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
