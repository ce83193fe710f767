// A small client of the W3C WebDriver protocol: one session, the commands that the tests use, nothing more.

const ELEMENT = "element-6066-11e4-a52e-4f735466cecf";

/** Keys that have no letter, as the protocol names them. */
const KEYS = {
  Backspace: "\uE003",
  Tab: "\uE004",
  Enter: "\uE007",
  Shift: "\uE008",
  Control: "\uE009",
  Alt: "\uE00A",
  Escape: "\uE00C",
  Space: " ",
  PageUp: "\uE00E",
  PageDown: "\uE00F",
  End: "\uE010",
  Home: "\uE011",
  ArrowLeft: "\uE012",
  ArrowUp: "\uE013",
  ArrowRight: "\uE014",
  ArrowDown: "\uE015",
  Delete: "\uE017",
};

const STIR = `
  const point = document.createElement("div");
  point.setAttribute("aria-hidden", "true");
  point.style.cssText = "position: fixed; inset: 0 auto auto 0; width: 1px; height: 1px; pointer-events: none";
  document.documentElement.append(point);
  let turn = 0;
  const draw = () => {
    turn = 1 - turn;
    point.style.backgroundColor = turn ? "rgb(0 0 0 / 1%)" : "rgb(0 0 0 / 2%)";
  };
  draw();
  const timer = setInterval(draw, 16);
  window.endStir = () => {
    clearInterval(timer);
    point.remove();
    delete window.endStir;
  };
`;

const STILL = "window.endStir?.()";

/** An answer of the driver that tells of a failure; `code` is the protocol's word for it. */
class WebDriverError extends Error {
  /**
   * @param {string} code
   * @param {string} message
   */
  constructor(code, message) {
    super(`${code}: ${message}`);
    this.code = code;
  }
}

export class Session {
  #base;

  /** @param {string} base Address of the session. */
  constructor(base) {
    this.#base = base;
  }

  /**
   * Starts the application and a session with it.
   * @param {string} driver Address of the driver.
   * @param {string} application Path of the program.
   * @param {string[]} args
   */
  static async open(driver, application, args) {
    const alwaysMatch = { "tauri:options": { application, args } };
    const { sessionId } = await call(`${driver}/session`, "POST", {
      capabilities: { alwaysMatch },
    });
    const session = new Session(`${driver}/session/${sessionId}`);
    await session.#post("timeouts", { script: 60_000, pageLoad: 60_000, implicit: 0 });
    return session;
  }

  /**
   * Runs a function in the page. It must stand alone: nothing from around it is there.
   * @template T
   * @param {string} body Body of a function; its arguments are in `arguments`.
   * @param {unknown[]} [args] Anything that JSON can carry, and elements.
   * @returns {Promise<T>}
   */
  execute(body, args = []) {
    return this.#post("execute/sync", { script: body, args });
  }

  /**
   * The same for a body that calls its last argument with the result.
   * @template T
   * @param {string} body
   * @param {unknown[]} [args]
   * @returns {Promise<T>}
   */
  executeAsync(body, args = []) {
    return this.#post("execute/async", { script: body, args });
  }

  /** @param {unknown} element */
  click(element) {
    return this.#post(`element/${id(element)}/click`, {});
  }

  /**
   * Types into an element.
   * @param {unknown} element
   * @param {string} text
   */
  type(element, text) {
    // WebKitWebDriver drops a line feed that stands in a text; the key itself arrives.
    return this.#post(`element/${id(element)}/value`, { text: text.replaceAll("\n", KEYS.Enter) });
  }

  /** @param {unknown} element */
  clear(element) {
    return this.#post(`element/${id(element)}/clear`, {});
  }

  /**
   * Presses keys together wherever the focus is: `g`, `Enter`, `Control+k`, `Shift+Tab`.
   * @param {string} chord
   */
  async press(chord) {
    const keys = (chord === "+" ? ["+"] : chord.split("+")).map(
      (key) => KEYS[/** @type {keyof typeof KEYS} */ (key)] ?? key,
    );
    const downs = keys.map((value) => ({ type: "keyDown", value }));
    const ups = [...keys].reverse().map((value) => ({ type: "keyUp", value }));
    await this.#post("actions", {
      actions: [{ type: "key", id: "keyboard", actions: [...downs, ...ups] }],
    });
  }

  /**
   * @param {number} width
   * @param {number} height
   */
  setSize(width, height) {
    return this.#post("window/rect", { width, height });
  }

  /** @returns {Promise<Buffer>} What the window shows, as PNG. */
  async screenshot() {
    // The driver waits until the webview has drawn. Without layers it draws only where something changed, so on a page
    // that stands still the driver would wait for ever: a point in the corner changes, too faintly to be seen.
    await this.execute(STIR);
    try {
      return Buffer.from(await call(`${this.#base}/screenshot`, "GET"), "base64");
    } finally {
      await this.execute(STILL);
    }
  }

  /** Loads the page again, as a webview does that was told to. */
  reload() {
    return this.#post("refresh", {});
  }

  /** Ends the session; the driver then ends the application. */
  close() {
    return call(this.#base, "DELETE");
  }

  /**
   * @param {string} path
   * @param {object} body
   */
  #post(path, body) {
    return call(`${this.#base}/${path}`, "POST", body);
  }
}

/** @param {unknown} element */
function id(element) {
  return /** @type {Record<string, string>} */ (element)[ELEMENT];
}

/**
 * @param {string} address
 * @param {string} method
 * @param {object} [body]
 * @param {number} [timeout] In ms.
 */
export async function call(address, method, body, timeout = 60_000) {
  const response = await fetch(address, {
    method,
    headers: { "content-type": "application/json" },
    body: body && JSON.stringify(body),
    signal: AbortSignal.timeout(timeout),
  });
  const { value } = await response.json();
  if (!response.ok) throw new WebDriverError(value?.error ?? "unknown error", value?.message ?? "");
  return value;
}
