// What several tests do with the crew: hand it a task, follow the run, see it end.

import { until } from "./until.mjs";

/** The longest that a run with rehearsal may take on a slow machine, in ms. */
const RUN_MS = 120_000;

/** A task that the shipped handbook can answer. */
export const TASK = "Explain how Wheelhouse keeps a run when the app is closed";

/**
 * Waits for Home as it is before the first task: with samples.
 * @param {import("./page.mjs").Page} page
 */
export async function firstStart(page) {
  await page.byRole("button", { name: TASK });
}

/**
 * Types a task on Home, runs it and gives the workflow's number.
 * @param {import("./page.mjs").Page} page
 * @param {string} task
 */
export async function runTask(page, task) {
  await writeTask(page, task);
  await (await page.byRole("button", { name: "Run" })).click();
  return await openedWorkflow(page);
}

/**
 * Types a task on Home.
 * @param {import("./page.mjs").Page} page
 * @param {string} task
 */
export async function writeTask(page, task) {
  const field = await page.byRole("textbox", { name: "What should the crew do?" });
  await field.fill(task);
}

/**
 * Waits until the window shows a workflow and gives its number.
 * @param {import("./page.mjs").Page} page
 */
export async function openedWorkflow(page) {
  const route = await page.routeIs(/^\/workflows\/\d+/);
  return Number(/\d+/.exec(route)?.[0]);
}

/**
 * Follows a run in its window until it has ended with a report, and gives every count of tasks that was seen.
 * @param {import("./page.mjs").Page} page
 * @param {number} id
 * @returns {Promise<{ done: number, total: number }[]>}
 */
export async function watchRun(page, id) {
  /** @type {{ done: number, total: number }[]} */
  const seen = [];
  await until(
    `workflow ${id} to complete`,
    async () => {
      const [, done, total] = /(\d+) of (\d+) tasks? done/.exec(await page.text()) ?? [];
      const last = seen.at(-1);
      if (done && (last?.done !== Number(done) || last.total !== Number(total))) {
        seen.push({ done: Number(done), total: Number(total) });
      }
      return (await statusOf(page, id)) === "completed";
    },
    RUN_MS,
  );
  return seen;
}

/**
 * Waits until a workflow has a status.
 * @param {import("./page.mjs").Page} page
 * @param {number} id
 * @param {string} status
 */
export async function reaches(page, id, status) {
  await until(
    `workflow ${id} to be ${status}`,
    async () => {
      const now = await statusOf(page, id);
      if (now !== status) throw new Error(`it is ${now}`);
      return true;
    },
    RUN_MS,
  );
}

/**
 * @param {import("./page.mjs").Page} page
 * @param {number} id
 * @returns {Promise<string>}
 */
async function statusOf(page, id) {
  return (await page.ask("get_workflow", { id })).workflow.status;
}

/**
 * Every workflow there is, newest first.
 * @param {import("./page.mjs").Page} page
 * @returns {Promise<{ id: number, status: string, description: string }[]>}
 */
export async function allWorkflows(page) {
  const request = { statuses: [], query: "", before: null, limit: 200 };
  return (await page.ask("list_workflows", request)).workflows;
}
