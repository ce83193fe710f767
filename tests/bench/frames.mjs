// Pictures a second in the real window, by its own clock: while eight agents write 200 tokens a second each into what is
// looked at, and in the same window at rest. What a machine draws at all is told by the second, so the two are compared.

import { readFileSync } from "node:fs";
import { App } from "../e2e/harness/app.mjs";
import { descendants } from "../e2e/harness/children.mjs";
import { keepTemplate, standsStill, startTemplate } from "../e2e/harness/templates.mjs";
import { until } from "../e2e/harness/until.mjs";
import { startPaced } from "./paced.mjs";

const AGENTS = 8;
const PER_SECOND = 200;
/** How long they write. */
const SECONDS = 30;
/** How long pictures are counted; the second time late in the answers, when they are long. */
const COUNTED_MS = 8_000;
/** How long a text is by then, at least, in characters. */
const LONG = 15_000;

/** Ticks of the kernel's clock in a second. */
const TICKS = 100;

/**
 * Times of pictures, and how long other work waited for the thread that draws: this webview tells no long tasks, so
 * something is to be done every 10 ms, and what comes late was held up.
 */
const COUNT = `
  const [span] = arguments;
  const done = arguments[arguments.length - 1];
  const pictures = [];
  const late = [];
  const began = performance.now();
  let asked = began;
  const look = setInterval(() => {
    const now = performance.now();
    if (now - asked > 50) late.push(now - asked);
    asked = now;
  }, 10);
  const next = (now) => {
    pictures.push(now);
    if (performance.now() - began < span) {
      requestAnimationFrame(next);
    } else {
      clearInterval(look);
      done({ pictures, late });
    }
  };
  requestAnimationFrame(next);
`;

/** @typedef {{ perSecond: number, most: number, late: number, longest: number }} Counted */

/**
 * @param {{ pictures: number[], late: number[] }} seen
 * @returns {Counted}
 */
function summed({ pictures, late }) {
  const gaps = pictures.slice(1).map((time, place) => time - pictures[place]);
  const sorted = [...gaps].sort((a, b) => a - b);
  return {
    perSecond: (1000 * gaps.length) / (pictures[pictures.length - 1] - pictures[0]),
    /** The gap that 99 of 100 are below, in ms. */
    most: sorted[Math.floor(sorted.length * 0.99)],
    /** Times when the page was held up for more than 50 ms. */
    late: late.length,
    longest: Math.max(0, ...late),
  };
}

/** A key for one wish. */
const key = () => `bench-${crypto.randomUUID()}`;

/** Eight steps that need nothing of each other. */
const EIGHT = {
  name: "eight",
  title: "Eight",
  description: "Eight write at the same time.",
  steps: Array.from({ length: AGENTS }, (_, place) => ({
    id: `write_${place + 1}`,
    title: `Write ${place + 1}`,
    kind: "agent",
    agent: "creator",
    prompt: "Write what you are told.",
  })),
  limits: { parallel_tasks: AGENTS, attempts: 1, sub_tasks: 12, retry_base_ms: 1000 },
};

/**
 * @param {any} page
 * @param {string} url
 */
async function thinkWith(page, url) {
  const limits = { parallel: AGENTS };
  const provider = { name: "paced", kind: "open_ai", base_url: url, limits };
  await page.ask("save_provider", { request_key: key(), id: null, ...provider });
  const model = "paced/paced";
  const models = { driver: model, creator: model, generator: model, specialist: model };
  await page.ask("save_settings", { request_key: key(), default_models: models });
}

/**
 * Time that the program and its webview were at work so far, in seconds.
 * @param {number} program
 */
function worked(program) {
  const all = [program, ...descendants(program).map((each) => each.pid)];
  const ticks = all.map((pid) => {
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1].split(" ");
    return Number(fields[11]) + Number(fields[12]);
  });
  return ticks.reduce((sum, each) => sum + each, 0) / TICKS;
}

/**
 * @param {App} app
 * @param {any} page
 * @returns {Promise<Counted & { work: number }>} `work`: seconds of a processor for each second.
 */
async function count(app, page) {
  const [before, began] = [worked(app.pid), performance.now()];
  const seen = summed(await page.session.executeAsync(COUNT, [COUNTED_MS]));
  const took = (performance.now() - began) / 1000;
  return { ...seen, work: (worked(app.pid) - before) / took };
}

/**
 * Waits until the answer that is looked at is long.
 * @param {any} page
 * @param {number} workflow
 * @param {number} task
 */
async function untilLong(page, workflow, task) {
  for (;;) {
    const { partial } = await page.ask("get_task", { workflow_id: workflow, task_id: task });
    if ((partial?.text.length ?? 0) >= LONG) return;
    await new Promise((done) => setTimeout(done, 200));
  }
}

/**
 * Pictures a second while eight write, early and late, and at rest; and what a token takes of a processor from the socket
 * to the picture.
 * @param {string} program
 * @param {NodeJS.ProcessEnv} desktop
 */
export async function pictures(program, desktop) {
  // The harness takes both from its own environment, as in the tests.
  Object.assign(process.env, desktop, { WHEELHOUSE_PROGRAM: program });
  const server = await startPaced(PER_SECOND, SECONDS);
  const app = new App("bench-frames");
  try {
    const page = await app.start();
    await thinkWith(page, server.url);
    const id = await startTemplate(page, await keepTemplate(page, EIGHT));
    const { tasks } = await page.ask("get_workflow", { id });
    const looked = tasks[0].id;
    await page.session.execute("location.hash = arguments[0]", [
      `/workflows/${id}?tab=tasks&task=${looked}`,
    ]);
    const shown = () => page.allByRole("heading", { name: "What follows" });
    await until("the first words", async () => (await shown()).length > 0);
    const early = await count(app, page);
    await untilLong(page, id, looked);
    const late = await count(app, page);
    const { tasks: then } = await page.ask("get_workflow", { id });
    const writers = then.filter(
      (/** @type {{ status: string }} */ task) => task.status === "running",
    ).length;
    await page.screenshot("bench-frames");
    await standsStill(page, id);
    await page.settle();
    const rest = await count(app, page);
    const perToken = ((late.work - rest.work) / (AGENTS * PER_SECOND)) * 1e6;
    return { rest, early, late, writers, perToken };
  } finally {
    await app.remove();
    server.end();
  }
}
