// A desktop that nobody sees: a display of its own and a message bus of its own, so that the tests neither disturb
// nor depend on the session of the person who runs them.

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { endChild, startChild } from "./children.mjs";
import { busFile, outputFolder } from "./places.mjs";
import { until } from "./until.mjs";

/** @typedef {{ env: NodeJS.ProcessEnv, end: () => Promise<void> }} Desktop */

/**
 * @param {NodeJS.ProcessEnv} base Environment of the person who runs the tests.
 * @returns {Promise<Desktop>}
 */
export async function startDesktop(base) {
  mkdirSync(outputFolder, { recursive: true });
  const log = join(outputFolder, "desktop.log");
  // The server picks a free display by itself and writes its number to the third descriptor.
  const screen = ["-screen", "0", "1600x1000x24", "-nolisten", "tcp", "-noreset"];
  const server = startChild("Xvfb", ["-displayfd", "3", ...screen], {
    env: base,
    log,
    pipes: 1,
  });
  const number = await firstLine(server, 3, "the display");
  const env = {
    ...base,
    DISPLAY: `:${number}`,
    GDK_BACKEND: "x11",
    // Software drawing: the same picture on every machine.
    LIBGL_ALWAYS_SOFTWARE: "1",
    NO_AT_BRIDGE: "1",
    LANG: "C.UTF-8",
    TZ: "UTC",
  };
  delete env.WAYLAND_DISPLAY;
  const bus = startChild(
    "dbus-daemon",
    [`--config-file=${busFile}`, "--nofork", "--print-address=3"],
    {
      env,
      log,
      pipes: 1,
    },
  );
  env.DBUS_SESSION_BUS_ADDRESS = await firstLine(bus, 3, "the message bus");
  return {
    env,
    end: async () => {
      await endChild(bus);
      await endChild(server);
    },
  };
}

/**
 * The first line that a program writes to one of its descriptors.
 * @param {import("node:child_process").ChildProcess} child
 * @param {number} descriptor
 * @param {string} what
 */
async function firstLine(child, descriptor, what) {
  let text = "";
  child.stdio[descriptor]?.on("data", (chunk) => {
    text += chunk;
  });
  await until(what, () => text.includes("\n"));
  return text.trim();
}
