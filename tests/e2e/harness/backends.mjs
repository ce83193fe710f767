// Which backend the window talks to, as an operator chooses it: paired by a code, switched in the frame.

import { codeIn } from "./server.mjs";
import { until } from "./until.mjs";

const PASSPHRASE = "a horse that nobody guesses";

/**
 * Pairs the window with a server in Settings, where keys are kept in a file.
 * @param {import("./page.mjs").Page} page
 * @param {import("./server.mjs").Server} server
 * @param {string} said What the server said at its first start.
 */
export async function pairWith(page, server, said) {
  await page.go("/settings/backends");
  await (await page.byLabel("New passphrase")).fill(PASSPHRASE);
  await (await page.byLabel("The same once more")).fill(PASSPHRASE);
  await (await page.byRole("button", { name: "Create" })).click();
  await page.gone("button", { name: "Create" });
  await (await page.byRole("textbox", { name: "Address" })).fill(server.address);
  await (await page.byRole("textbox", { name: "Pairing code" })).fill(codeIn(said));
  await (await page.byRole("button", { name: "Pair" })).click();
  await page.byRole("article", { name: server.name });
}

/**
 * Does what lets the window begin anew with another backend, and waits until it has.
 * @param {import("./page.mjs").Page} page
 * @param {string} shown The backend's name in the frame.
 * @param {() => Promise<unknown>} act
 */
export async function beginsAnew(page, shown, act) {
  await page.session.execute("window.beforeSwitch = true");
  await act();
  await until("the page to be another one", () =>
    page.session.execute("return !window.beforeSwitch"),
  );
  await page.byRole("button", { name: shown, within: await page.byRole("contentinfo") });
  await page.settle();
}
