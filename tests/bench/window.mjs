// From a click on Run to the first thing of the run that is drawn, measured in the real window by its own clock.

import { App } from "../e2e/harness/app.mjs";
import { reaches, writeTask } from "../e2e/harness/crew.mjs";

const RUNS = 9;

/** What every run's first task is called; it comes from the journal and stands on no other screen. */
const FIRST_TASK = "Analyse and delegate";

/**
 * Puts a clock on the next click on Run. The time is taken in the frame after the one that drew the change.
 */
const WATCH = `
  const [wanted] = arguments;
  window.__bench = null;
  const button = [...document.querySelectorAll("button")].find((each) => each.textContent.trim().startsWith("Run"));
  button.addEventListener("click", (event) => {
    const began = event.timeStamp;
    const observer = new MutationObserver(() => {
      if (!document.body.innerText.includes(wanted)) return;
      observer.disconnect();
      const seen = performance.now();
      requestAnimationFrame(() => requestAnimationFrame(() => {
        window.__bench = { changed: seen - began, drawn: performance.now() - began };
      }));
    });
    observer.observe(document.body, { subtree: true, childList: true, characterData: true });
  }, { once: true, capture: true });
`;

const WAIT = `
  const done = arguments[arguments.length - 1];
  const look = () => window.__bench === null ? setTimeout(look, 5) : done(window.__bench);
  look();
`;

/**
 * Milliseconds for each run: until the page had changed, and until that was drawn.
 * @param {string} program
 * @param {NodeJS.ProcessEnv} desktop
 */
export async function firstEventTimes(program, desktop) {
  // The harness takes both from its own environment, as in the tests.
  Object.assign(process.env, desktop, { WHEELHOUSE_PROGRAM: program });
  const app = new App("bench");
  /** @type {{ changed: number, drawn: number }[]} */
  const times = [];
  try {
    const page = await app.start();
    for (let each = 0; each <= RUNS; each += 1) {
      await page.go("/");
      await writeTask(page, `Explain how Wheelhouse keeps a run, in ${each + 2} sentences`);
      const button = await page.byRole("button", { name: "Run" });
      await page.session.execute(WATCH, [FIRST_TASK]);
      await button.click();
      times.push(await page.session.executeAsync(WAIT));
      const route = await page.routeIs(/^\/workflows\/\d+/);
      await reaches(page, Number(/\d+/.exec(route)?.[0]), "completed");
    }
  } finally {
    await app.remove();
  }
  // The first loads the screen's code.
  return { first: times[0], times: times.slice(1) };
}
