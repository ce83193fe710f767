// The page in the window, as a person finds things in it: by role and name. The queries are the ones that the
// component tests use, run in the real webview.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { axeFile, outputFolder, queriesFile } from "./places.mjs";
import { until } from "./until.mjs";

/**
 * @typedef {object} Query
 * @property {string | RegExp} [name] Accessible name; a string must be the whole of it.
 * @property {PageElement} [within] Only inside this element.
 * @property {number} [timeout] How long to wait, in ms.
 * @property {Record<string, unknown>} [state] `checked`, `selected`, `expanded`, `level` and the like.
 */

/** An element, with what a person does to it. */
class PageElement {
  /**
   * @param {Page} page
   * @param {unknown} reference As the driver names it.
   */
  constructor(page, reference) {
    this.page = page;
    this.reference = reference;
  }

  async click() {
    // The driver takes an element that is cut off at the edge as in view, and then does not reach its middle.
    const show = 'arguments[0].scrollIntoView({ block: "nearest", inline: "nearest" })';
    await this.page.session.execute(show, [this.reference]);
    return await this.page.session.click(this.reference);
  }

  /** @param {string} text */
  type(text) {
    return this.page.session.type(this.reference, text);
  }

  /**
   * Replaces what a field holds.
   * @param {string} text
   */
  async fill(text) {
    // A field that is drawn anew in this moment keeps what it held, or gets it back before anything is typed.
    await until("the field to hold what is typed alone", async () => {
      await until("the field to be empty", async () => {
        // The driver takes a field for one that can be used if its middle can be seen.
        await this.page.session.execute('arguments[0].scrollIntoView({ block: "center" })', [
          this.reference,
        ]);
        await this.page.session.clear(this.reference);
        return (await this.value()) === "";
      });
      // The driver takes no empty text.
      if (text === "") return true;
      await this.type(text);
      const value = await this.value();
      // Some fields write in their own way what is typed, so only what stands before it tells.
      return value === text || !value.endsWith(text);
    });
  }

  /** @returns {Promise<string>} What is written in it. */
  text() {
    return this.page.session.execute("return arguments[0].textContent", [this.reference]);
  }

  /** @returns {Promise<string>} What a field holds. */
  value() {
    return this.page.session.execute("return arguments[0].value", [this.reference]);
  }

  /**
   * @param {string} name
   * @returns {Promise<string | null>}
   */
  attribute(name) {
    const body = "return arguments[0].getAttribute(arguments[1])";
    return this.page.session.execute(body, [this.reference, name]);
  }
}

export class Page {
  /** @param {import("./webdriver.mjs").Session} session */
  constructor(session) {
    this.session = session;
  }

  /**
   * Waits for exactly one element with this role and name.
   * @param {string} role
   * @param {Query} [query]
   */
  async byRole(role, query = {}) {
    const what = `${role} ${query.name ?? ""}`.trim();
    return await until(what, () => this.#one("Role", role, query, what), query.timeout);
  }

  /**
   * Waits for exactly one field with this label.
   * @param {string | RegExp} label
   * @param {Query} [query]
   */
  async byLabel(label, query = {}) {
    const what = `field ${label}`;
    return await until(what, () => this.#one("LabelText", label, query, what), query.timeout);
  }

  /**
   * Waits for exactly one element with this text.
   * @param {string | RegExp} text
   * @param {Query} [query]
   */
  async byText(text, query = {}) {
    const what = `text ${text}`;
    return await until(what, () => this.#one("Text", text, query, what), query.timeout);
  }

  /**
   * Every element with this role and name that is there now.
   * @param {string} role
   * @param {Query} [query]
   */
  allByRole(role, query = {}) {
    return this.#all("Role", role, query);
  }

  /**
   * Waits until nothing with this role and name is there any more.
   * @param {string} role
   * @param {Query} [query]
   */
  async gone(role, query = {}) {
    await until(
      `${role} ${query.name ?? ""} to be gone`,
      async () => (await this.allByRole(role, query)).length === 0,
      query.timeout,
    );
  }

  /**
   * Every element with this text that is there now.
   * @param {string | RegExp} text
   * @param {Query} [query]
   */
  allByText(text, query = {}) {
    return this.#all("Text", text, query);
  }

  /**
   * @param {"Role" | "LabelText" | "Text"} kind
   * @param {string | RegExp} wanted
   * @param {Query} query
   * @param {string} what
   */
  async #one(kind, wanted, query, what) {
    const found = await this.#all(kind, wanted, query);
    if (found.length > 1) throw new Error(`there are ${found.length} of ${what}`);
    return found[0] ?? null;
  }

  /**
   * @param {"Role" | "LabelText" | "Text"} kind
   * @param {string | RegExp} wanted
   * @param {Query} query
   */
  async #all(kind, wanted, query) {
    await this.#provide("TestingLibraryDom", queriesFile);
    /** @type {unknown[]} */
    const references = await this.session.execute(QUERY, [
      kind,
      portable(wanted),
      { ...query.state, name: portable(query.name) },
      query.within?.reference ?? null,
    ]);
    return references.map((reference) => new PageElement(this, reference));
  }

  /**
   * Presses keys together wherever the focus is, once for each chord.
   * @param {string[]} chords
   */
  async press(...chords) {
    for (const chord of chords) await this.session.press(chord);
  }

  /**
   * Types letter by letter wherever the focus is.
   * @param {string} text
   */
  async typeKeys(text) {
    for (const letter of text) await this.session.press(letter);
  }

  /** @returns {Promise<string>} The route: `/workflows/3`. */
  async route() {
    const hash = await this.session.execute("return location.hash");
    return String(hash).replace(/^#/, "") || "/";
  }

  /**
   * Goes to a route and waits until its screen stands still.
   * @param {string} route
   */
  async go(route) {
    await this.session.execute("location.hash = arguments[0]", [route]);
    await this.settle();
  }

  /**
   * Waits for a route.
   * @param {RegExp} pattern
   * @param {number} [timeout]
   */
  async routeIs(pattern, timeout) {
    return await until(
      `the route ${pattern}`,
      async () => {
        const route = await this.route();
        if (!pattern.test(route)) throw new Error(`it is ${route}`);
        return route;
      },
      timeout,
    );
  }

  /** @returns {Promise<string>} Everything that can be read in the window now. */
  text() {
    return this.session.execute("return document.body.innerText");
  }

  /** @returns {Promise<string>} What has the focus, for messages and for walks with the keyboard. */
  focused() {
    return this.session.execute(`
      const element = document.activeElement;
      if (!element) return "";
      const name = element.getAttribute("aria-label") ?? element.textContent ?? "";
      return (element.getAttribute("role") ?? element.tagName.toLowerCase()) + " " + name.trim();
    `);
  }

  /**
   * Asks the program directly, past the interface: for what a test must know for certain.
   * @param {string} command
   * @param {object} [request]
   * @returns {Promise<any>}
   */
  async ask(command, request = {}) {
    const answer = await this.session.executeAsync(ASK, [command, request]);
    const { ok, value } = /** @type {{ ok: boolean, value: unknown }} */ (answer);
    if (!ok) throw new Error(`${command}: ${JSON.stringify(value)}`);
    return value;
  }

  /** Waits until nothing moves any more, but for what moves for ever. */
  async settle() {
    await until("the window to come to rest", () => this.session.execute(AT_REST));
  }

  /**
   * Chooses the theme as the system would, by the attribute that the interface itself sets.
   * @param {"light" | "dark"} theme
   */
  async setTheme(theme) {
    await this.session.execute("document.documentElement.dataset.theme = arguments[0]", [theme]);
  }

  /**
   * Keeps what the window shows as `name.png`.
   * @param {string} name
   */
  async screenshot(name) {
    writeFileSync(join(outputFolder, `${name}.png`), await this.session.screenshot());
  }

  /**
   * What axe finds wrong, in lines that say where.
   * @returns {Promise<string[]>}
   */
  async violations() {
    await this.#provide("axe", axeFile);
    const result = await this.session.executeAsync(AXE);
    if (typeof result === "string") throw new Error(result);
    return /** @type {string[]} */ (result);
  }

  /**
   * Puts a library into the page unless it is there. The driver may do what the page's own security policy forbids.
   * @param {string} global
   * @param {string} file
   */
  async #provide(global, file) {
    const there = await this.session.execute("return arguments[0] in window", [global]);
    if (!there) await this.session.execute(readFileSync(file, "utf8"));
  }
}

/** @param {string | RegExp | undefined} wanted */
function portable(wanted) {
  if (wanted instanceof RegExp) return { source: wanted.source, flags: wanted.flags };
  return wanted;
}

const QUERY = `
  const revive = (wanted) =>
    wanted && typeof wanted === "object" ? new RegExp(wanted.source, wanted.flags) : wanted;
  const [kind, wanted, options, within] = arguments;
  const chosen = { ...options, name: revive(options.name) };
  if (chosen.name === undefined || chosen.name === null) delete chosen.name;
  const query = window.TestingLibraryDom["queryAllBy" + kind];
  return query(within ?? document.body, revive(wanted), kind === "Role" ? chosen : {});
`;

const ASK = `
  const [command, request, done] = arguments;
  window.__TAURI_INTERNALS__.invoke(command, { request }).then(
    (value) => done({ ok: true, value }),
    (value) => done({ ok: false, value }),
  );
`;

const AT_REST = `
  return document.readyState === "complete" && document.getAnimations().every((animation) =>
    animation.playState !== "running" || animation.effect?.getComputedTiming().endTime === Infinity);
`;

const AXE = `
  const done = arguments[arguments.length - 1];
  window.axe.run(document, { resultTypes: ["violations"] }).then(
    ({ violations }) => done(violations.flatMap((violation) => violation.nodes.map((node) =>
      violation.id + " at " + node.target.join(" ") + ": " +
      [...node.any, ...node.all, ...node.none].map((check) => check.message).join("; ")))),
    (error) => done("axe failed: " + error.message),
  );
`;
