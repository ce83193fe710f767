// Runs of templates made for a test: kept, started, followed to where they stand still.

import { until } from "./until.mjs";

/** The longest that a run with rehearsal may take on a slow machine, in ms. */
const RUN_MS = 120_000;

/** @returns {string} A key for one wish. */
const wishKey = () => `e2e-${crypto.randomUUID()}`;

/**
 * Keeps a template and gives its uid.
 * @param {import("./page.mjs").Page} page
 * @param {{ name: string, title: string, steps: object[] } & Record<string, unknown>} document
 * @returns {Promise<string>}
 */
export async function keepTemplate(page, document) {
  const uid = crypto.randomUUID();
  await page.ask("save_template", {
    request_key: wishKey(),
    text: JSON.stringify({ schema: 1, uid, ...document }),
    expected_version: 0,
  });
  return uid;
}

/**
 * Starts a run of a template and gives its number.
 * @param {import("./page.mjs").Page} page
 * @param {string} uid
 * @param {Record<string, unknown>} [inputs]
 * @param {string} [name]
 * @returns {Promise<number>}
 */
export async function startTemplate(page, uid, inputs = {}, name = "") {
  const request = { request_key: wishKey(), uid, version: null, inputs, name, start: true };
  return (await page.ask("run_template", request)).id;
}

/**
 * The uid of a template that comes along.
 * @param {import("./page.mjs").Page} page
 * @param {string} name
 * @returns {Promise<string>}
 */
export async function builtIn(page, name) {
  const templates = await page.ask("list_templates", { removed: false });
  const found = templates.find((/** @type {{ name: string }} */ each) => each.name === name);
  if (found === undefined) throw new Error(`No template is called ${name}.`);
  return found.uid;
}

/**
 * Waits until a run has ended or asks something, and gives it with its tasks.
 * @param {import("./page.mjs").Page} page
 * @param {number} id
 * @returns {Promise<any>}
 */
export async function standsStill(page, id) {
  const still = ["completed", "failed", "cancelled", "waiting", "paused"];
  return await until(
    `workflow ${id} to stand still`,
    async () => {
      const detail = await page.ask("get_workflow", { id });
      if (still.includes(detail.workflow.status)) return detail;
      throw new Error(`it is ${detail.workflow.status}`);
    },
    RUN_MS,
  );
}

/**
 * One task of a run, by its key.
 * @param {import("./page.mjs").Page} page
 * @param {number} id
 * @param {string} key
 * @returns {Promise<any>}
 */
export async function taskOf(page, id, key) {
  const { tasks } = await page.ask("get_workflow", { id });
  const found = tasks.find((/** @type {{ key: string }} */ task) => task.key === key);
  if (found === undefined) throw new Error(`Workflow ${id} has no task ${key}.`);
  return found;
}
