// Models elsewhere, as the tests in the window have them: a server that plays the crew, and a provider for it.

import { startChild } from "./children.mjs";
import { until } from "./until.mjs";

/**
 * Adds a provider in Settings and lets it be tested.
 * @param {import("./page.mjs").Page} page
 * @param {string} preset
 * @param {string} url
 * @param {boolean} first Whether there is none yet.
 */
export async function addProvider(page, preset, url, first) {
  if (first) {
    await (await page.byRole("button", { name: new RegExp(`^${preset}`) })).click();
  } else {
    await (await page.byRole("button", { name: "Add a provider" })).click();
    await (await page.byRole("menuitem", { name: new RegExp(`^${preset}`) })).click();
  }
  await (await page.byRole("textbox", { name: "Address" })).fill(url);
  await (await page.byRole("button", { name: "Save and test" })).click();
}

/**
 * Waits until a provider was tested, and lets the whole crew think with it.
 * @param {import("./page.mjs").Page} page
 * @param {string} name
 */
export async function chooseForCrew(page, name) {
  const row = await page.byRole("article", { name });
  await page.byText(/It answered in/, { within: row });
  await (await page.byRole("button", { name: "Use for the whole crew", within: row })).click();
  await page.byText(/The whole crew thinks with/, { within: row });
}

/**
 * Lets the crew think with the server of models that plays it.
 * @param {import("./page.mjs").Page} page
 * @param {{ title: string, url: string }[]} urls
 */
export async function crewThinksWith(page, urls) {
  await page.go("/settings");
  await addProvider(page, "Ollama", urlOf(urls, /ollama/i), true);
  await chooseForCrew(page, "ollama");
}

/**
 * The models that were asked in a run, from its journal.
 * @param {import("./page.mjs").Page} page
 * @param {number} id
 * @returns {Promise<string[]>}
 */
export async function modelsOf(page, id) {
  const facts = await page.ask("list_journal", { workflow_id: id, after: 0, limit: 500 });
  return facts
    .filter((/** @type {{ kind: string }} */ fact) => fact.kind === "call_started")
    .map(
      (/** @type {{ body: { kind: { kind: string, model?: string } } }} */ fact) => fact.body.kind,
    )
    .filter((/** @type {{ kind: string }} */ kind) => kind.kind === "model")
    .map((/** @type {{ model: string }} */ kind) => kind.model);
}

/**
 * Starts the server of models that plays the crew.
 * @param {string} log
 * @param {string[]} options What it is told beside; see the program's help.
 */
export async function startModels(log, options = []) {
  const program = process.env.FAKE_MODELS;
  if (!program) throw new Error("FAKE_MODELS must name the built server; see run.mjs.");
  const server = startChild(program, ["--port", "0", ...options], { env: process.env, log });
  let said = "";
  server.stdout?.on("data", (chunk) => {
    said += chunk;
  });
  await until("the server of models to listen", async () => /Models:/.test(said));
  const urls = [...said.matchAll(/^(.+?)\s+(http:\/\/\S+)$/gm)].map(([, title, url]) => ({
    title: title ?? "",
    url: url ?? "",
  }));
  return { server, urls };
}

/**
 * The address for one form of provider.
 * @param {{ title: string, url: string }[]} urls
 * @param {RegExp} line
 */
export function urlOf(urls, line) {
  const found = urls.find((each) => line.test(each.title));
  if (!found) throw new Error(`The server of models names no address for ${line}.`);
  return found.url;
}
