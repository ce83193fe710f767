// Pictures a second in the real window, by its own clock: at rest, and while eight agents write 200 tokens a second each
// into what is looked at.

import { App } from "../e2e/harness/app.mjs";
import { startPaced } from "./paced.mjs";

const AGENTS = 8;
const PER_SECOND = 200;
/** How long they write. */
const SECONDS = 14;
/** How long pictures are counted. */
const COUNTED_MS = 8_000;

const TEMPLATE = "01920000-0000-7000-8000-000000008888";

const COUNT = `
  const [span] = arguments;
  const done = arguments[arguments.length - 1];
  const times = [];
  const began = performance.now();
  const next = (now) => {
    times.push(now);
    if (now - began < span) requestAnimationFrame(next);
    else done(times);
  };
  requestAnimationFrame(next);
`;

/** @param {number[]} times */
function summed(times) {
  const gaps = times.slice(1).map((time, place) => time - times[place]);
  const sorted = [...gaps].sort((a, b) => a - b);
  return {
    perSecond: (1000 * gaps.length) / (times[times.length - 1] - times[0]),
    /** The gap that 99 of 100 are below, in ms. */
    most: sorted[Math.floor(sorted.length * 0.99)],
  };
}

/** A key for one wish. */
const key = () => `bench-${crypto.randomUUID()}`;

/**
 * Eight steps that need nothing of each other.
 * @param {any} page
 */
async function saveTemplate(page) {
  const steps = Array.from({ length: AGENTS }, (_, place) => ({
    id: `write_${place + 1}`,
    title: `Write ${place + 1}`,
    description: "Write what you are told.",
    kind: "agent",
    agent: "creator",
    needs: [],
  }));
  const document = {
    schema: 1,
    uid: TEMPLATE,
    name: "eight",
    title: "Eight",
    description: "Eight write at the same time.",
    steps,
    limits: { parallel_tasks: AGENTS, attempts: 1, sub_tasks: 12, retry_base_ms: 1000 },
  };
  const text = JSON.stringify(document);
  await page.ask("save_template", { request_key: key(), text, expected_version: 0 });
}

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
 * Pictures a second at rest and while eight write, and the gap between two that is hardly ever passed.
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
    const rest = summed(await page.session.executeAsync(COUNT, [COUNTED_MS / 4]));
    await thinkWith(page, server.url);
    await saveTemplate(page);
    const wish = { request_key: key(), uid: TEMPLATE, version: null, inputs: {}, name: "Eight" };
    const { id } = await page.ask("run_template", { ...wish, start: true });
    await page.go(`/workflows/${id}?tab=tasks`);
    await page.byText(/Every result is on record/);
    const writing = summed(await page.session.executeAsync(COUNT, [COUNTED_MS]));
    const { tasks } = await page.ask("get_workflow", { id });
    const still = tasks.filter(
      (/** @type {{ status: string }} */ task) => task.status === "running",
    );
    await page.screenshot("bench-frames");
    return { rest, writing, writers: still.length };
  } finally {
    await app.remove();
    server.end();
  }
}
