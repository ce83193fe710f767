// Where the tests find the program and keep what they saw.

import { fileURLToPath } from "node:url";

const at = (/** @type {string} */ path) => fileURLToPath(new URL(path, import.meta.url));

/** Screenshots and logs of the newest run. */
export const outputFolder = at("../output");

/** Source of axe, to be put into a page. */
export const axeFile = at("../../../node_modules/axe-core/axe.min.js");

/** Source of the queries by role and name, to be put into a page. */
export const queriesFile = at(
  "../../../node_modules/@testing-library/dom/dist/@testing-library/dom.umd.min.js",
);

/** Settings of the message bus. */
export const busFile = at("bus.conf");
