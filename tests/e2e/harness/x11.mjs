// A small client of the X protocol: finds windows by title, and presses keys as a person at the keyboard does. The driver
// of the webview reaches only what is in the page; the system's own dialogs are windows beside it.

import { once } from "node:events";
import { createConnection } from "node:net";
import { crc32, deflateSync } from "node:zlib";

const OPCODE = /** @type {const} */ ({
  attributes: 3,
  geometry: 14,
  tree: 15,
  atom: 16,
  property: 20,
  focus: 42,
  image: 73,
  extension: 98,
  keys: 101,
});
const VIEWABLE = 2;
const ANY_TYPE = 0;
const PRESS = 2;
const RELEASE = 3;
const MOTION = 6;

/** Names of keys that write nothing, by their symbols. */
const SYMBOLS = { Return: 0xff0d, Escape: 0xff1b, Shift: 0xffe1, Control: 0xffe3 };

export class Screen {
  #socket;
  /** @type {Buffer<ArrayBufferLike>} */
  #read = Buffer.alloc(0);
  /** @type {{ resolve: (reply: Buffer) => void, reject: (error: Error) => void, serial: number }[]} */
  #waiting = [];
  #serial = 0;
  #root = 0;
  #test = 0;
  /** @type {Map<number, { code: number, shifted: boolean }>} */
  #keys = new Map();

  /** @param {import("node:net").Socket} socket */
  constructor(socket) {
    this.#socket = socket;
  }

  /** Opens the display that the tests run on. */
  static async open() {
    const number = /^:(\d+)/.exec(process.env.DISPLAY ?? "")?.[1];
    if (number === undefined) throw new Error("There is no display of this machine.");
    const socket = createConnection(`/tmp/.X11-unix/X${number}`);
    await once(socket, "connect");
    const screen = new Screen(socket);
    await screen.#greet();
    return screen;
  }

  close() {
    this.#socket.destroy();
  }

  async #greet() {
    const hello = Buffer.alloc(12);
    hello.write("l");
    hello.writeUInt16LE(11, 2);
    this.#socket.write(hello);
    const answer = await this.#firstAnswer();
    const [vendor, formats] = [answer.readUInt16LE(24), answer[29]];
    this.#root = answer.readUInt32LE(40 + padded(vendor) + formats * 8);
    this.#socket.on("data", (data) => this.#take(data));
    await this.#readKeys(answer[34], answer[35]);
    const extension = await this.#ask(OPCODE.extension, 0, [
      u16(5),
      u16(0),
      Buffer.from("XTEST\0\0\0"),
    ]);
    if (extension[8] !== 1) throw new Error("The display takes no keys from tests.");
    this.#test = extension[9];
  }

  /** @returns {Promise<Buffer>} */
  async #firstAnswer() {
    let answer = Buffer.alloc(0);
    while (answer.length < 8 || answer.length < 8 + answer.readUInt16LE(6) * 4) {
      const [data] = await once(this.#socket, "data");
      answer = Buffer.concat([answer, data]);
    }
    if (answer[0] !== 1) throw new Error("The display refused the connection.");
    return answer;
  }

  /**
   * @param {number} first
   * @param {number} last
   */
  async #readKeys(first, last) {
    const count = last - first + 1;
    const reply = await this.#ask(OPCODE.keys, 0, [Buffer.from([first, count, 0, 0])]);
    const each = reply[1];
    for (let at = 0; at < count; at += 1) {
      for (const [level, shifted] of /** @type {const} */ ([
        [0, false],
        [1, true],
      ])) {
        const symbol = reply.readUInt32LE(32 + (at * each + level) * 4);
        if (symbol !== 0 && !this.#keys.has(symbol)) {
          this.#keys.set(symbol, { code: first + at, shifted });
        }
      }
    }
  }

  /**
   * The window with this title that can be seen; null while there is none.
   * @param {string} title
   * @returns {Promise<number | null>}
   */
  async find(title) {
    const name = await this.#atom("_NET_WM_NAME");
    const tree = await this.#ask(OPCODE.tree, 0, [u32(this.#root)]);
    const count = tree.readUInt16LE(16);
    // Those above come last.
    for (let at = count - 1; at >= 0; at -= 1) {
      const window = tree.readUInt32LE(32 + at * 4);
      const found = await this.#titleOf(window, name).catch(() => null);
      if (found === title) return window;
    }
    return null;
  }

  /**
   * @param {number} window
   * @param {number} name
   */
  async #titleOf(window, name) {
    const attributes = await this.#ask(OPCODE.attributes, 0, [u32(window)]);
    if (attributes[26] !== VIEWABLE) return null;
    const wanted = [u32(window), u32(name), u32(ANY_TYPE), u32(0), u32(256)];
    const reply = await this.#ask(OPCODE.property, 0, wanted);
    return reply.subarray(32, 32 + reply.readUInt32LE(16)).toString("utf8");
  }

  /**
   * Lets a window have the keyboard, as a click on it does.
   * @param {number} window
   */
  async focus(window) {
    const place = await this.#ask(OPCODE.geometry, 0, [u32(window)]);
    const middle = [place.readInt16LE(12) + place.readUInt16LE(16) / 2, place.readInt16LE(14) + 8];
    this.#fake(MOTION, 0, Math.round(middle[0]), Math.round(middle[1]));
    this.#tell(OPCODE.focus, 2, [u32(window), u32(0)]);
  }

  /**
   * What a window shows, as PNG.
   * @param {number} [window] The whole display unless one is named.
   * @returns {Promise<Buffer>}
   */
  async picture(window = this.#root) {
    const place = await this.#ask(OPCODE.geometry, 0, [u32(window)]);
    const [width, height] = [place.readUInt16LE(16), place.readUInt16LE(18)];
    const size = [u16(0), u16(0), u16(width), u16(height)];
    const reply = await this.#ask(OPCODE.image, 2, [u32(window), ...size, u32(0xffffffff)]);
    return png(reply.subarray(32), width, height);
  }

  /** @param {keyof typeof SYMBOLS} key */
  press(key) {
    this.#stroke(SYMBOLS[key]);
  }

  /** Chooses everything in the field that has the keyboard. */
  chooseAll() {
    const control = this.#keys.get(SYMBOLS.Control)?.code ?? 0;
    this.#fake(PRESS, control);
    this.type("a");
    this.#fake(RELEASE, control);
  }

  /** @param {string} text Of letters that the keyboard of the display has. */
  type(text) {
    for (const letter of text) this.#stroke(letter.codePointAt(0) ?? 0);
  }

  /** @param {number} symbol */
  #stroke(symbol) {
    const key = this.#keys.get(symbol);
    if (key === undefined) throw new Error(`The keyboard has no key for ${symbol.toString(16)}.`);
    const shift = this.#keys.get(SYMBOLS.Shift)?.code ?? 0;
    if (key.shifted) this.#fake(PRESS, shift);
    this.#fake(PRESS, key.code);
    this.#fake(RELEASE, key.code);
    if (key.shifted) this.#fake(RELEASE, shift);
  }

  /**
   * @param {number} type
   * @param {number} detail
   * @param {number} [x]
   * @param {number} [y]
   */
  #fake(type, detail, x = 0, y = 0) {
    const body = Buffer.alloc(32);
    body[0] = type;
    body[1] = detail;
    body.writeUInt32LE(type === MOTION ? this.#root : 0, 8);
    body.writeInt16LE(x, 20);
    body.writeInt16LE(y, 22);
    this.#tell(this.#test, 2, [body]);
  }

  /**
   * @param {string} name
   * @returns {Promise<number>}
   */
  async #atom(name) {
    const text = Buffer.alloc(padded(name.length));
    text.write(name);
    const reply = await this.#ask(OPCODE.atom, 0, [u16(name.length), u16(0), text]);
    return reply.readUInt32LE(8);
  }

  /**
   * Sends a request that has no reply.
   * @param {number} opcode
   * @param {number} detail
   * @param {Buffer[]} parts
   */
  #tell(opcode, detail, parts) {
    const body = Buffer.concat(parts);
    this.#serial = (this.#serial + 1) & 0xffff;
    this.#socket.write(
      Buffer.concat([Buffer.from([opcode, detail]), u16(1 + body.length / 4), body]),
    );
  }

  /**
   * Sends a request and gives its reply.
   * @param {number} opcode
   * @param {number} detail
   * @param {Buffer[]} parts
   * @returns {Promise<Buffer>}
   */
  #ask(opcode, detail, parts) {
    this.#tell(opcode, detail, parts);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject, serial: this.#serial });
    });
  }

  /** @param {Buffer} data */
  #take(data) {
    this.#read = Buffer.concat([this.#read, data]);
    while (this.#read.length >= 32) {
      const [kind, more] = [
        this.#read[0],
        this.#read[0] === 1 ? this.#read.readUInt32LE(4) * 4 : 0,
      ];
      if (this.#read.length < 32 + more) return;
      const message = this.#read.subarray(0, 32 + more);
      this.#read = this.#read.subarray(32 + more);
      // Anything else tells of something that happened, which nobody asked for.
      if (kind > 1) continue;
      const serial = message.readUInt16LE(2);
      const at = this.#waiting.findIndex((each) => each.serial === serial);
      const [waiting] = at < 0 ? [] : this.#waiting.splice(at, 1);
      if (kind === 1) waiting?.resolve(message);
      else waiting?.reject(new Error(`The display refused with error ${message[1]}.`));
    }
  }
}

/** @param {number} length */
const padded = (length) => (length + 3) & ~3;

/** @param {number} value */
function u16(value) {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}

/** @param {number} value */
function u32(value) {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

/**
 * @param {Buffer} pixels Four bytes each: blue, green, red and one that says nothing.
 * @param {number} width
 * @param {number} height
 */
function png(pixels, width, height) {
  const rows = Buffer.alloc((width * 3 + 1) * height);
  for (let at = 0; at < width * height; at += 1) {
    const to = (at % width) * 3 + 1 + Math.floor(at / width) * (width * 3 + 1);
    for (const part of [0, 1, 2]) rows[to + part] = pixels[at * 4 + 2 - part];
  }
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 2], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const parts = [
    chunk("IHDR", head),
    chunk("IDAT", deflateSync(rows)),
    chunk("IEND", Buffer.alloc(0)),
  ];
  return Buffer.concat([signature, ...parts]);
}

/**
 * @param {string} kind
 * @param {Buffer} data
 */
function chunk(kind, data) {
  const body = Buffer.concat([Buffer.from(kind), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}
