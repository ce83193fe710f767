// What a surface looks like in both themes and two sizes: kept as pictures, and looked over by axe in the real window,
// which alone can judge contrast.

import { until } from "./until.mjs";

const SIZES = /** @type {const} */ ([
  [1280, 800],
  [860, 600],
]);
const THEMES = /** @type {const} */ (["light", "dark"]);

/**
 * Keeps pictures of what is shown and gives what axe finds.
 * @param {import("./page.mjs").Page} page
 * @param {string} name
 * @param {() => Promise<unknown>} [arrange] Brings the surface about in each size, where a change of size would close it.
 * @returns {Promise<string[]>}
 */
export async function lookAt(page, name, arrange) {
  const found = [];
  for (const [width, height] of SIZES) {
    await sized(page, width, height);
    await arrange?.();
    for (const theme of THEMES) {
      await page.setTheme(theme);
      await loaded(page);
      await page.screenshot(`${name}-${theme}-${width}`);
      const violations = await lasting(page);
      found.push(...violations.map((text) => `${name}, ${theme}, ${width}: ${text}`));
      found.push(...(await overflow(page)).map((text) => `${name}, ${width}: ${text}`));
    }
  }
  return found;
}

/**
 * What axe finds, and finds again once everything stands still: an answer that comes late may fade a button while it looks.
 * @param {import("./page.mjs").Page} page
 */
async function lasting(page) {
  const first = await page.violations();
  if (first.length === 0) return first;
  await loaded(page);
  return await page.violations();
}

/**
 * Waits until nothing is being loaded and nothing moves.
 * @param {import("./page.mjs").Page} page
 */
async function loaded(page) {
  await page.settle();
  await until("everything to be loaded", () =>
    page.session.execute(`return !document.querySelector("[aria-busy=true]")`),
  );
  await page.settle();
}

/**
 * A window that scrolls sideways has something too wide in it.
 * @param {import("./page.mjs").Page} page
 * @returns {Promise<string[]>}
 */
function overflow(page) {
  return page.session.execute(`
    const { scrollWidth, clientWidth } = document.documentElement;
    return scrollWidth > clientWidth + 1 ? ["wider than the window by " + (scrollWidth - clientWidth)] : [];
  `);
}

/**
 * Brings the window back to its usual size and theme.
 * @param {import("./page.mjs").Page} page
 */
export async function wide(page) {
  await sized(page, 1280, 800);
  await page.setTheme("light");
  await page.settle();
}

/**
 * @param {import("./page.mjs").Page} page
 * @param {number} width
 * @param {number} height
 */
async function sized(page, width, height) {
  await page.session.setSize(width, height);
  await until("the window to have its size", () =>
    page.session.execute("return Math.abs(innerWidth - arguments[0]) < 40", [width]),
  );
}
