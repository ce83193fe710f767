// What a person reads while a script works: one line for each step, rewritten in a terminal, with a sign of life
// every 30 s where the output goes to a file.

import { duration } from "./words.mjs";

const terminal = Boolean(process.stdout.isTTY);

/** @param {string} text */
export function say(text) {
  process.stdout.write(`${text}\n`);
}

/** A step that is going on. */
export class Line {
  #label;
  #began = performance.now();
  #detail = "";
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #ticker;

  /** @param {string} label What is being done: `[2/5] Build the interface`. */
  constructor(label) {
    this.#label = label;
    if (terminal) {
      this.#ticker = setInterval(() => this.#draw(), 1000);
      this.#draw();
    } else {
      say(`${label} …`);
    }
  }

  /**
   * What the step is at right now; only shown in a terminal.
   * @param {string} detail
   */
  detail(detail) {
    this.#detail = detail;
  }

  /**
   * A sign of life; only shown where the line cannot be rewritten.
   * @param {string} elapsed
   * @param {string} text
   */
  heartbeat(elapsed, text) {
    if (!terminal) say(`      still at it, ${elapsed}: ${text}`.slice(0, 160));
  }

  /** @param {string} [result] */
  end(result = "done") {
    clearInterval(this.#ticker);
    const elapsed = duration(performance.now() - this.#began);
    if (terminal) process.stdout.write(`\r\u001b[K${this.#label}: ${result}, ${elapsed}\n`);
    else say(`${this.#label}: ${result}, ${elapsed}`);
  }

  #draw() {
    const elapsed = duration(performance.now() - this.#began);
    const text = `${this.#label} … ${elapsed}${this.#detail ? `  ${this.#detail}` : ""}`;
    process.stdout.write(`\r\u001b[K${text.slice(0, (process.stdout.columns ?? 80) - 1)}`);
  }
}

/**
 * The end of a failed step's output, indented so that it stands apart.
 * @param {string[]} tail
 * @param {string} [log]
 */
export function sayTail(tail, log) {
  for (const line of tail) say(`      ${line}`);
  if (log) say(`      All of it: ${log}`);
}
